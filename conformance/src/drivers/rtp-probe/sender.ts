/** What goes out of one port: one stream, a packet for each turn of 20 ms. Pure: who calls `turn` keeps the time. */
import { packets as rtp } from 'rtp.js';
import { type EventPacket, eventPackets } from './telephone-event.ts';
import type { Codec, DigitOptions } from './types.ts';
import { encodeVoice, payloadTypeOf } from './voice.ts';

export const turnMs = 20;
const samplesPerTurn = 160;

type Piece =
  | { readonly kind: 'pcm'; readonly id: number; readonly pcm: Int16Array; at: number }
  | {
      readonly kind: 'event';
      readonly id: number;
      readonly packets: readonly EventPacket[];
      readonly copies: number;
      at: number;
    }
  | { readonly kind: 'pause'; readonly id: number; turns: number }
  | { readonly kind: 'noise'; readonly id: number; readonly noiseDb: number; readonly turns: number; at: number };

/** Datagrams of one turn, and the pieces that it completed. */
export interface Turn {
  readonly datagrams: readonly Uint8Array[];
  readonly completed: readonly number[];
}

export class Sender {
  private readonly queue: Piece[] = [];
  private codec: Codec;
  private readonly eventType: number;
  private readonly ssrc: number;
  private sequence: number;
  private timestamp: number;
  private eventTimestamp = 0;
  private quiet = true;
  keepSending = false;

  /** `random` gives 32 bits: RFC 3550 5.1 wants the start values to be unpredictable. */
  constructor(codec: Codec, eventType: number, random: () => number) {
    this.codec = codec;
    this.eventType = eventType;
    this.ssrc = random() >>> 0;
    this.sequence = random() & 0xff_ff;
    this.timestamp = random() >>> 0;
  }

  get idle(): boolean {
    return this.queue.length === 0 && !this.keepSending;
  }

  /** From the next packet on; the stream goes on as it is (RFC 3550 5.1: the payload type may change within one). */
  speak(codec: Codec): void {
    this.codec = codec;
  }

  addPcm(id: number, pcm: Int16Array): void {
    this.queue.push({ kind: 'pcm', id, pcm, at: 0 });
  }

  /** Comfort noise (RFC 3389): its level in one packet, then nothing. */
  addPause(id: number, noiseDb: number, durationMs: number): void {
    this.queue.push({ kind: 'noise', id, noiseDb, turns: Math.max(1, Math.round(durationMs / turnMs)), at: 0 });
  }

  addDigits(id: number, digits: string, options: DigitOptions): void {
    for (const digit of digits) {
      this.queue.push({
        kind: 'event',
        id: -1,
        packets: eventPackets(digit, options),
        copies: options.copies ?? 1,
        at: 0,
      });
      this.queue.push({ kind: 'pause', id: -1, turns: Math.max(1, Math.round((options.pauseMs ?? 80) / turnMs)) });
    }
    this.queue.push({ kind: 'pause', id, turns: 0 });
  }

  /** Turns in which nothing was sent because there was nothing to send: the next packet's timestamp tells of them. */
  skip(turns: number): void {
    this.timestamp = (this.timestamp + turns * samplesPerTurn) >>> 0;
    if (turns > 0) this.quiet = true;
  }

  /** The packets that are due now. The timestamp runs on whether or not anything is sent. */
  turn(): Turn {
    const completed = this.dropFinished();
    const piece = this.queue[0];
    const datagrams = piece ? this.play(piece) : this.keepSending ? [this.audio(new Int16Array(samplesPerTurn))] : [];
    this.quiet = datagrams.length === 0 || piece?.kind === 'noise';
    this.timestamp = (this.timestamp + samplesPerTurn) >>> 0;
    return { datagrams, completed: [...completed, ...this.dropFinished()] };
  }

  private play(piece: Piece): Uint8Array[] {
    switch (piece.kind) {
      case 'pcm': {
        const samples = new Int16Array(samplesPerTurn);
        samples.set(piece.pcm.subarray(piece.at, piece.at + samplesPerTurn));
        piece.at += samplesPerTurn;
        return [this.audio(samples)];
      }
      case 'event': {
        if (piece.at === 0) this.eventTimestamp = this.timestamp;
        const packet = piece.packets[piece.at];
        piece.at += 1;
        if (!packet) return [];
        const datagram = this.packet(this.eventType, this.eventTimestamp, packet.marker, packet.payload);
        return Array.from({ length: piece.copies }, () => datagram);
      }
      case 'noise':
        piece.at += 1;
        if (piece.at > 1) return [];
        return [this.packet(13, this.timestamp, false, Uint8Array.of(-piece.noiseDb))];
      case 'pause':
        piece.turns -= 1;
        return this.keepSending ? [this.audio(new Int16Array(samplesPerTurn))] : [];
      default:
        return piece satisfies never;
    }
  }

  private dropFinished(): number[] {
    const completed: number[] = [];
    for (let piece = this.queue[0]; piece && finished(piece); piece = this.queue[0]) {
      this.queue.shift();
      if (piece.id >= 0) completed.push(piece.id);
    }
    return completed;
  }

  private audio(samples: Int16Array): Uint8Array {
    return this.packet(payloadTypeOf[this.codec], this.timestamp, this.quiet, encodeVoice(this.codec, samples));
  }

  private packet(payloadType: number, timestamp: number, marker: boolean, payload: Uint8Array): Uint8Array {
    const packet = new rtp.RtpPacket();
    packet.setPayloadType(payloadType);
    packet.setSequenceNumber(this.sequence);
    packet.setTimestamp(timestamp);
    packet.setSsrc(this.ssrc);
    packet.setMarker(marker);
    packet.setPayload(new DataView(payload.buffer, payload.byteOffset, payload.byteLength));
    this.sequence = (this.sequence + 1) & 0xff_ff;
    const view = packet.getView();
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  }
}

function finished(piece: Piece): boolean {
  switch (piece.kind) {
    case 'pcm':
      return piece.at >= piece.pcm.length;
    case 'event':
      return piece.at >= piece.packets.length;
    case 'noise':
      return piece.at >= piece.turns;
    case 'pause':
      return piece.turns <= 0;
    default:
      return piece satisfies never;
  }
}
