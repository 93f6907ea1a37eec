/**
 * Records two parties on one time line: each packet lies where its RTP timestamp says, against the moment at which the
 * first one came, so that neither jitter nor order shifts a voice. Handed out in pieces, left and right in turn.
 */
import { ComfortNoise } from './comfort-noise.ts';
import { timestampDistance } from './rtp.ts';
import { VoiceDecoder, type VoiceName } from './voice.ts';

const RATE = 8;
/** Samples that may still be filled before they are handed out, and the most that is handed out at once. */
const LATE = 4000;
const PIECE = 8000;
const RING = 16_000;
/** Where the placing is this far off all the time, two clocks have drifted apart: 40 ms. */
const DRIFT = 320;
/** No packet comes before it was said: one that is placed so far after now shows that those before it came late. */
const EARLY = 160;
/** What a packet of noise stands for when it is sent: 20 ms. */
const PACKET = 160;
/** Twice so many packets, a second, tell that two clocks have drifted apart, or that a stream stood still. */
const WATCH = 25;

export interface RecordedPacket {
  readonly ssrc: number;
  readonly timestamp: number;
  /** Set on the first packet after a pause (RFC 3551 section 4.1). */
  readonly marker: boolean;
}

class Channel {
  readonly #decoder = new VoiceDecoder();
  #ssrc: number | undefined;
  #last = 0;
  /** Place of the timestamp `#last`. */
  #place = 0;
  /** How late the placing is at least, in these packets and in those before them. */
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.NEGATIVE_INFINITY;
  #watched = 0;
  heard = false;
  readonly noise = new ComfortNoise();
  /** Where a pause began, and how far it is filled with its noise. */
  pause: { readonly from: number; to: number } | undefined;

  /** The samples of a packet, and where they begin. `elapsed` counts since the recording began. */
  hear(
    packet: RecordedPacket,
    payload: Uint8Array,
    codec: VoiceName,
    elapsed: number,
  ): { readonly at: number; readonly samples: Int16Array } {
    const samples = this.#decoder.decode(codec, payload);
    const soonest = elapsed - samples.length;
    let at = this.#place + timestampDistance(packet.timestamp, this.#last);
    // A far end that held may go on with the timestamp that it stopped with.
    const resumed = packet.marker && soonest - at > DRIFT;
    // Another source, a leap of the same one, the first packet, or the first that was not held up.
    if (packet.ssrc !== this.#ssrc || resumed || soonest - at > LATE || at - soonest > EARLY) {
      this.#ssrc = packet.ssrc;
      at = soonest;
      this.#watch(Number.NEGATIVE_INFINITY);
    }
    this.heard = true;
    this.#least = Math.min(this.#least, soonest - at);
    if (++this.#watched === WATCH) {
      const late = Math.min(this.#least, this.#leastBefore);
      if (late > DRIFT) at += late;
      this.#watch(late > DRIFT ? Number.NEGATIVE_INFINITY : this.#least);
    }
    this.#last = packet.timestamp;
    this.#place = at;
    return { at, samples };
  }

  /** Where the pause begins that this packet tells of. */
  pausing(packet: RecordedPacket, elapsed: number): number {
    const from = this.#place + timestampDistance(packet.timestamp, this.#last);
    const latest = elapsed - PACKET;
    const fits = packet.ssrc === this.#ssrc && from - latest <= EARLY && latest - from <= LATE;
    this.heard = true;
    return fits ? from : Math.max(0, latest);
  }

  #watch(before: number): void {
    this.#leastBefore = before;
    this.#least = Number.POSITIVE_INFINITY;
    this.#watched = 0;
  }
}

export type Side = 'left' | 'right';
const SIDES: readonly Side[] = ['left', 'right'];

export class ConversationRecorder {
  readonly #start: number;
  readonly #channels = { left: new Channel(), right: new Channel() };
  /** Both channels in turn; frame n lies at n modulo RING. */
  readonly #ring = new Int16Array(RING * 2);
  #taken = 0;

  /** `now` in milliseconds, as everywhere here. */
  constructor(now: number) {
    this.#start = now;
  }

  hear(side: Side, packet: RecordedPacket, payload: Uint8Array, codec: VoiceName, now: number): void {
    const { at, samples } = this.#channels[side].hear(packet, payload, codec, this.#elapsed(now));
    const { pause } = this.#channels[side];
    // What comes late was said before the pause.
    if (pause !== undefined && at >= pause.from) this.#endPause(side, at);
    this.#write(side, at, samples);
  }

  /** The party pauses, and wants this to be heard meanwhile (RFC 3389). The payload is not kept. */
  noise(side: Side, packet: RecordedPacket, payload: Uint8Array, now: number): void {
    const channel = this.#channels[side];
    const from = channel.pausing(packet, this.#elapsed(now));
    if (channel.pause !== undefined && from < channel.pause.from) return;
    this.#endPause(side, from);
    channel.noise.describe(payload);
    channel.pause = { from, to: Math.max(from, this.#taken) };
  }

  #endPause(side: Side, at: number): void {
    this.#fillPause(side, at);
    this.#channels[side].pause = undefined;
  }

  #fillPause(side: Side, end: number): void {
    const { noise, pause } = this.#channels[side];
    if (pause === undefined || end <= pause.to) return;
    const samples = new Int16Array(Math.min(end, this.#taken + RING) - pause.to);
    noise.fill(samples);
    this.#write(side, pause.to, samples);
    pause.to = end;
  }

  #write(side: Side, at: number, samples: Int16Array): void {
    const from = Math.max(0, this.#taken - at);
    const to = Math.min(samples.length, this.#taken + RING - at);
    const channel = side === 'left' ? 0 : 1;
    for (let i = from; i < to; i++) this.#ring[((at + i) % RING) * 2 + channel] = samples[i] ?? 0;
  }

  /** The next second, once it can no longer change. */
  take(now: number): Int16Array<ArrayBuffer> | undefined {
    return this.#elapsed(now) - this.#taken >= PIECE + LATE ? this.#piece(PIECE) : undefined;
  }

  /** All that is left. */
  rest(now: number): Int16Array<ArrayBuffer> {
    return this.#piece(Math.min(RING, this.#elapsed(now) - this.#taken));
  }

  /** Sides of which no packet came. */
  get silent(): Side[] {
    return SIDES.filter((side) => !this.#channels[side].heard);
  }

  #elapsed(now: number): number {
    return Math.max(0, Math.round((now - this.#start) * RATE));
  }

  #piece(frames: number): Int16Array<ArrayBuffer> {
    for (const side of SIDES) this.#fillPause(side, this.#taken + frames);
    const piece = new Int16Array(frames * 2);
    for (let i = 0; i < frames; i++) {
      const at = ((this.#taken + i) % RING) * 2;
      piece[i * 2] = this.#ring[at] ?? 0;
      piece[i * 2 + 1] = this.#ring[at + 1] ?? 0;
      this.#ring[at] = 0;
      this.#ring[at + 1] = 0;
    }
    this.#taken += frames;
    return piece;
  }
}
