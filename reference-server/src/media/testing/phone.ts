/** A far end for tests: two UDP sockets, an SDP, and ears that tell which tone was heard when. */
import { createSocket, type Socket } from 'node:dgram';
import { type RtcpPacket, readRtcp } from '../core/rtcp.ts';
import { buildRtp, createRtpView, type RtpView, readRtp, type Ssrc } from '../core/rtp.ts';
import { powerAt } from '../core/tone.ts';
import { VoiceDecoder, VoiceEncoder, type VoiceName } from '../core/voice.ts';
import { Watch } from './until.ts';

export interface HeardPacket extends RtpView {
  readonly at: number;
  readonly payload: Uint8Array;
  readonly samples: Int16Array;
}

export interface PhoneOptions {
  /** In the order of the m= line. Default PCMU, PCMA. */
  readonly codecs?: readonly VoiceName[];
  /** Payload type of telephone-event; null for none. Default 101. */
  readonly events?: number | null;
  /** Milliseconds of the packets that it asks for. */
  readonly ptime?: number;
  /** Milliseconds of the packets that it sends. Default 20. */
  readonly sends?: number;
  /** Payload type of comfort noise (RFC 3389). None without. */
  readonly noise?: number;
}

/** What was heard of a tone: from the first to the last packet that is mostly this tone, milliseconds of audio. */
export interface HeardTone {
  readonly milliseconds: number;
  /** Milliseconds since the first packet of all. */
  readonly start: number;
  /** Share of the packets between that are the tone, 0–1. */
  readonly share: number;
}

const TYPES: Readonly<Record<VoiceName, number>> = { PCMU: 0, GSM: 3, PCMA: 8 };
const VOICES: readonly VoiceName[] = ['PCMU', 'GSM', 'PCMA'];

export class Phone {
  readonly #decoder = new VoiceDecoder();
  readonly watch = new Watch();
  readonly packets: HeardPacket[] = [];
  readonly reports: RtcpPacket[] = [];
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #options: PhoneOptions;
  #version = 1;
  #target: { port: number; address: string } | undefined;
  readonly ssrc = Math.floor(Math.random() * 2 ** 32) as Ssrc;
  #sequence = Math.floor(Math.random() * 0x10000);
  #timestamp = Math.floor(Math.random() * 2 ** 32);
  #talking: NodeJS.Timeout | undefined;

  private constructor(rtp: Socket, rtcp: Socket, options: PhoneOptions) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#options = options;
    rtp.on('message', (packet: Uint8Array) => this.#hear(packet));
    rtcp.on('message', (packet: Uint8Array) => {
      this.reports.push(...(readRtcp(packet) ?? []));
      this.watch.changed();
    });
  }

  static async open(options: PhoneOptions = {}): Promise<Phone> {
    return new Phone(await bound(), await bound(), options);
  }

  get port(): number {
    return this.#rtp.address().port;
  }

  /** Offer or answer. `direction` and `port` differ from the usual only where a test says so. */
  sdp(changes: { readonly direction?: string; readonly port?: number; readonly address?: string } = {}): string {
    const { codecs = ['PCMU', 'PCMA'], events = 101, ptime, noise } = this.#options;
    const types = codecs.map((codec) => TYPES[codec]);
    const beside = [events ?? [], noise ?? []].flat();
    return [
      'v=0',
      `o=phone 1 ${this.#version++} IN IP4 127.0.0.1`,
      's=-',
      `c=IN IP4 ${changes.address ?? '127.0.0.1'}`,
      't=0 0',
      `m=audio ${changes.port ?? this.port} RTP/AVP ${[...types, ...beside].join(' ')}`,
      `a=rtcp:${this.#rtcp.address().port}`,
      ...codecs.map((codec, index) => `a=rtpmap:${types[index]} ${codec}/8000`),
      ...(events === null ? [] : [`a=rtpmap:${events} telephone-event/8000`, `a=fmtp:${events} 0-15`]),
      ...(noise === undefined ? [] : [`a=rtpmap:${noise} CN/8000`]),
      ...(ptime === undefined ? [] : [`a=ptime:${ptime}`]),
      `a=${changes.direction ?? 'sendrecv'}`,
      '',
    ].join('\r\n');
  }

  /** Sends to where the other side's SDP says. */
  connect(sdp: string): void {
    this.#target = { address: match(sdp, /^c=IN IP4 (\S+)/m), port: Number(match(sdp, /^m=audio (\d+)/m)) };
  }

  #hear(packet: Uint8Array): void {
    const view = createRtpView();
    if (!readRtp(packet, view)) throw new Error('the server sent something that is no RTP');
    const payload = packet.subarray(view.payloadStart, view.payloadEnd);
    const codec = VOICES.find((each) => TYPES[each] === view.payloadType) ?? 'PCMU';
    const samples = this.#decoder.decode(codec, payload).slice();
    this.packets.push({ ...view, at: performance.now(), payload, samples });
    this.watch.changed();
  }

  /** Packets of audio, without events. */
  get audio(): HeardPacket[] {
    return this.packets.filter((packet) => VOICES.some((each) => TYPES[each] === packet.payloadType));
  }

  heard(frequency: number, packets: readonly HeardPacket[] = this.audio): HeardTone {
    const start = packets[0]?.timestamp ?? 0;
    const tones = packets.filter((packet) => isTone(packet.samples, frequency));
    const first = tones[0];
    const last = tones.at(-1);
    if (first === undefined || last === undefined) return { milliseconds: 0, start: 0, share: 0 };
    const samples = ((last.timestamp - first.timestamp) >>> 0) + last.samples.length;
    const between = packets.slice(packets.indexOf(first), packets.indexOf(last) + 1);
    return {
      milliseconds: samples / 8,
      start: ((first.timestamp - start) >>> 0) / 8,
      share: tones.length / between.length,
    };
  }

  send(
    payloadType: number,
    payload: Uint8Array,
    changes: { marker?: boolean; age?: number; skip?: number } = {},
  ): void {
    this.#sequence = (this.#sequence + (changes.skip ?? 0)) & 0xffff;
    const packet = buildRtp({
      marker: changes.marker ?? false,
      payloadType,
      sequence: this.#sequence,
      timestamp: (this.#timestamp - (changes.age ?? 0)) >>> 0,
      ssrc: this.ssrc,
      payload,
    });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    if (this.#target !== undefined) this.#rtp.send(packet, this.#target.port, this.#target.address);
  }

  /** Sends these very bytes. Resolves when they are with the kernel. */
  raw(bytes: Uint8Array): Promise<void> {
    const { port = 0, address } = this.#target ?? {};
    return new Promise((resolve) => this.#rtp.send(bytes, port, address, () => resolve()));
  }

  /** Lets the clock of the stream go on. */
  pass(samples: number): void {
    this.#timestamp = (this.#timestamp + samples) >>> 0;
  }

  /** Sends samples in packets of 20 ms, or what `sends` says, in real time, round and round when `loop` is set. Resolves after the last. */
  talk(samples: Int16Array, codec: VoiceName = 'PCMU', loop = false): Promise<void> {
    const encoder = new VoiceEncoder();
    const { sends = 20 } = this.#options;
    const size = sends * 8;
    const payload = new Uint8Array(size);
    const start = performance.now();
    let sent = 0;
    return new Promise((resolve) => {
      const next = (): void => {
        const at = (sent * size) % samples.length;
        if (sent > 0 && at === 0 && !loop) {
          resolve();
          return;
        }
        const part = samples.subarray(at, at + size);
        this.send(TYPES[codec], payload.slice(0, encoder.encode(codec, part, payload, 0)));
        this.pass(size);
        sent++;
        this.#talking = setTimeout(next, Math.max(0, start + sent * sends - performance.now()));
      };
      next();
    });
  }

  /** A key as events: five packets and three ends, or what `drop` leaves of them. */
  press(event: number, drop: (index: number) => boolean = () => false): void {
    const { events = 101 } = this.#options;
    for (let index = 0; index < 7; index++) {
      const duration = Math.min((index + 1) * 160, 800);
      const payload = Uint8Array.of(event, (index >= 4 ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
      if (drop(index)) this.#sequence = (this.#sequence + 1) & 0xffff;
      else this.send(events ?? 101, payload, { marker: index === 0 });
    }
    this.pass(1600);
  }

  async close(): Promise<void> {
    clearTimeout(this.#talking);
    await Promise.all([this.#rtp, this.#rtcp].map((socket) => new Promise<void>((done) => socket.close(() => done()))));
  }
}

/** At least half of the power is this tone, and it is not silence. */
function isTone(samples: Int16Array, frequency: number): boolean {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const power = sum / Math.max(1, samples.length);
  return power > 10_000 && powerAt(samples, frequency) / 2 > power / 2;
}

function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => resolve(socket));
  });
}

function match(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${pattern} in ${JSON.stringify(text)}`);
  return found;
}
