/** One leg in a media thread: its stream out, paced by the thread, and what is made of its stream in. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Digit } from '../session/ids.ts';
import { AudioQueue } from './core/audio-queue.ts';
import { DtmfDetector } from './core/dtmf-detector.ts';
import { DtmfReceiver } from './core/dtmf-receiver.ts';
import { type G711, type G711Name, g711 } from './core/g711.ts';
import { Latch } from './core/latch.ts';
import { saturate } from './core/mix.ts';
import { Player, type PlayerEvent } from './core/player.ts';
import type { Recorder } from './core/recorder.ts';
import { createRtpView, RTP_HEADER_BYTES, type RtpView, readRtp, type Ssrc } from './core/rtp.ts';
import { SendStream } from './core/send-stream.ts';
import { Counter, type RemoteStream } from './messages.ts';
import { Reports } from './reports.ts';
import type { Transport } from './transport.ts';

/** Another leg that hears this one. */
export interface Peer {
  audio(view: RtpView, payload: Uint8Array, codec: G711Name): void;
  event(view: RtpView, payload: Uint8Array): void;
}

export interface EndpointHost {
  readonly counters: Float64Array;
  readonly rtpTimeoutMs: number;
  player(event: PlayerEvent): void;
  dtmf(digit: Digit, source: 'rfc4733' | 'inband'): void;
  rtpTimeout(): void;
}

/** Longest packet sent: 60 ms. */
const PACKET_BYTES = RTP_HEADER_BYTES + 480;
/** Packets in flight to the kernel at most before their memory is used again. */
const PACKETS = 8;
/** Of RTP: a source that is not the one of the SDP has to go on for 200 ms. */
const RTP_LATCH = { silence: 1000, trial: 10 };
/** RTCP comes every few seconds; who sends a single packet may have the answer. */
const RTCP_LATCH = { silence: 1000, trial: 1 };
/** Static payload type of RFC 3389. */
const COMFORT_NOISE = 13;
const QUEUE = { prefill: 480, limit: 2400 };

export class Endpoint implements Peer {
  readonly player: Player;
  /** The far end's voice for an echo phrase. */
  readonly voice = new AudioQueue({ prefill: 320, limit: 2400 });
  /** Whether an echo phrase wants it. */
  echoing = false;
  /** Set while a record phrase is on. */
  recorder: Recorder | undefined;
  peer: Peer | undefined;
  readonly #host: EndpointHost;
  readonly #stream = new SendStream(randomInt(2 ** 32) as Ssrc, randomInt(0x10000), randomInt(2 ** 32));
  readonly #reports: Reports;
  readonly #packets = Array.from({ length: PACKETS }, () => new Uint8Array(PACKET_BYTES));
  #packet = 0;
  readonly #view = createRtpView();
  readonly #keys = new DtmfReceiver();
  #detector: DtmfDetector | undefined;
  readonly #samples = new Int16Array(1600);
  /** The joined leg's voice, when it cannot be passed on as it is. */
  readonly #joined = new AudioQueue(QUEUE);
  #relaying = false;
  /** Samples since the joined leg's last packet. */
  #idle = 0;
  #remote: RemoteStream | undefined;
  #codec: G711 = g711('PCMU');
  #transport: Transport | undefined;
  #rtp: Latch | undefined;
  #rtcp: Latch | undefined;
  #heardAt: number;
  #timedOut = false;
  /** Steps of the thread between two packets, and which of them are ours. */
  #every = 2;
  readonly #phase: number;

  constructor(host: EndpointHost, now: number, phase: number) {
    this.#host = host;
    this.#phase = phase;
    this.#heardAt = now;
    this.#reports = new Reports(this.#stream, randomBytes(12).toString('base64url'), now, Math.random);
    this.player = new Player((event) => host.player(event));
  }

  attach(transport: Transport): void {
    this.#transport = transport;
  }

  /** The far end is known, or has changed: stream, sequence numbers and timestamps go on. */
  setRemote(remote: RemoteStream, now: number): void {
    const before = this.#remote;
    this.#remote = remote;
    this.#codec = g711(remote.codec);
    this.#every = remote.ptime / 10;
    this.#detector = remote.telephoneEventIn === undefined ? (this.#detector ?? new DtmfDetector()) : undefined;
    if (before === undefined || this.#rtp === undefined || this.#rtcp === undefined) {
      this.#rtp = new Latch(remote.address, remote.port, RTP_LATCH);
      this.#rtcp = new Latch(remote.address, remote.rtcpPort, RTCP_LATCH);
    } else {
      this.#rtp.announce(remote.address, remote.port);
      this.#rtcp.announce(remote.address, remote.rtcpPort);
    }
    if (!remote.receive || before?.receive !== true) {
      this.#heardAt = now;
      this.#timedOut = false;
    }
  }

  /** One step of 10 ms. */
  tick(step: number, now: number): void {
    const remote = this.#remote;
    if (remote === undefined) return;
    if ((step + this.#phase) % this.#every === 0) this.#send(remote);
    if ((step + this.#phase) % 50 === 0) this.#control(remote, now);
  }

  #send(remote: RemoteStream): void {
    const samples = this.#every * 80;
    if (this.#relaying) {
      this.#idle += samples;
      if (!this.player.active) return;
      this.#relaying = false;
      // The joined leg's packets came at another moment of the step than ours do: one step is no gap.
      if (this.#idle > 2 * samples) {
        this.#stream.gap();
        this.#stream.pass(this.#idle - samples);
      }
    }
    const packet = this.#packets[this.#packet] ?? new Uint8Array(PACKET_BYTES);
    const end = RTP_HEADER_BYTES + samples;
    const sounds = this.player.fill(packet, RTP_HEADER_BYTES, end, this.#codec);
    if (this.#joined.ready(samples)) this.#addJoined(packet, end, sounds);
    if (remote.send && this.#rtp !== undefined && this.#transport !== undefined) {
      this.#stream.audio(packet, remote.payloadType, samples);
      this.#transport.sendRtp(packet, end, this.#rtp.port, this.#rtp.address);
      this.#packet = (this.#packet + 1) % PACKETS;
      this.#count(Counter.packetsSent);
    } else {
      this.#stream.gap();
    }
    this.#stream.pass(samples);
  }

  #addJoined(packet: Uint8Array, end: number, sounds: boolean): void {
    const { decode, encode } = this.#codec;
    for (let i = RTP_HEADER_BYTES; i < end; i++) {
      const sample = this.#joined.pull();
      const sum = sounds ? saturate(sample + (decode[packet[i] ?? 0] ?? 0)) : sample;
      packet[i] = encode[sum & 0xffff] ?? 0;
    }
  }

  #control(remote: RemoteStream, now: number): void {
    const timeout = this.#host.rtpTimeoutMs;
    if (timeout > 0 && remote.receive && !this.#timedOut && now - this.#heardAt > timeout) {
      this.#timedOut = true;
      this.#host.rtpTimeout();
    }
    const report = this.#reports.next(now, Date.now());
    if (report !== undefined) this.#sendRtcp(report);
  }

  #sendRtcp(packet: Uint8Array): void {
    if (this.#rtcp === undefined || this.#rtcp.port === 0) return;
    this.#transport?.sendRtcp(packet, this.#rtcp.port, this.#rtcp.address);
  }

  receiveRtp(packet: Uint8Array, address: string, port: number, now: number): void {
    const remote = this.#remote;
    const view = this.#view;
    if (remote === undefined || this.#rtp === undefined || !readRtp(packet, view)) {
      this.#count(Counter.packetsIgnored);
      return;
    }
    const event = view.payloadType === remote.telephoneEventIn;
    const codec = event ? undefined : codecOf(view.payloadType, remote);
    // Comfort noise is no sound for us, but it says that somebody is there.
    const known = event || codec !== undefined || view.payloadType === COMFORT_NOISE;
    if (!known || !this.#rtp.accept(address, port, now, view)) {
      this.#count(Counter.packetsIgnored);
      return;
    }
    this.#count(Counter.packetsReceived);
    this.#heardAt = now;
    this.#timedOut = false;
    this.#reports.heard(view, now);
    if (!remote.receive) return;
    const payload = packet.subarray(view.payloadStart, view.payloadEnd);
    if (event) {
      const digit = this.#keys.receive(view, payload);
      if (digit !== undefined) this.#host.dtmf(digit, 'rfc4733');
      this.peer?.event(view, payload);
    } else if (codec !== undefined) {
      this.#listen(view, payload, codec);
      this.peer?.audio(view, payload, codec.name);
    }
  }

  #listen(view: RtpView, payload: Uint8Array, codec: G711): void {
    if (this.recorder === undefined && this.#detector === undefined && !this.echoing) return;
    this.recorder?.hear(view.timestamp, payload, codec);
    const count = Math.min(payload.length, this.#samples.length);
    for (let i = 0; i < count; i++) this.#samples[i] = codec.decode[payload[i] ?? 0] ?? 0;
    if (this.echoing) for (let i = 0; i < count; i++) this.voice.push(this.#samples[i] ?? 0);
    this.#detector?.hear(this.#samples.subarray(0, count), (digit) => this.#host.dtmf(digit, 'inband'));
  }

  receiveRtcp(packet: Uint8Array, address: string, port: number, now: number): void {
    if (this.#rtcp?.accept(address, port, now) === true) this.#reports.control(packet, now);
  }

  /** A packet of the joined leg: passed on when nothing is to be added and the codec is ours, else mixed in. */
  audio(view: RtpView, payload: Uint8Array, codec: G711Name): void {
    const remote = this.#remote;
    if (remote === undefined) return;
    if (codec === remote.codec && !this.player.active && payload.length <= PACKET_BYTES - RTP_HEADER_BYTES) {
      this.#relaying = true;
      this.#idle = 0;
      this.#relay(view, payload, remote.payloadType, payload.length);
      return;
    }
    const { decode } = g711(codec);
    for (let i = 0; i < payload.length; i++) this.#joined.push(decode[payload[i] ?? 0] ?? 0);
  }

  event(view: RtpView, payload: Uint8Array): void {
    const type = this.#remote?.telephoneEvent;
    if (type !== undefined && this.#relaying) this.#relay(view, payload, type, 0);
  }

  #relay(view: RtpView, payload: Uint8Array, payloadType: number, samples: number): void {
    if (this.#remote?.send !== true || this.#rtp === undefined) {
      this.#stream.gap();
      return;
    }
    const packet = this.#packets[this.#packet] ?? new Uint8Array(PACKET_BYTES);
    packet.set(payload, RTP_HEADER_BYTES);
    this.#stream.relay(packet, view, payloadType, payload.length, samples);
    this.#transport?.sendRtp(packet, RTP_HEADER_BYTES + payload.length, this.#rtp.port, this.#rtp.address);
    this.#packet = (this.#packet + 1) % PACKETS;
    this.#count(Counter.packetsSent);
  }

  setPeer(peer: Peer | undefined): void {
    this.peer = peer;
    this.#relaying = false;
    this.#joined.clear();
  }

  async close(now: number): Promise<void> {
    this.player.clear();
    this.peer = undefined;
    this.#sendRtcp(this.#reports.bye(now, Date.now()));
    await this.#transport?.close();
  }

  #count(counter: number): void {
    this.#host.counters[counter] = (this.#host.counters[counter] ?? 0) + 1;
  }
}

/** The codec of a payload type: the negotiated one, or either law under its static number (RFC 3551). */
function codecOf(payloadType: number, remote: RemoteStream): G711 | undefined {
  if (payloadType === remote.payloadType) return g711(remote.codec);
  if (payloadType === 0) return g711('PCMU');
  return payloadType === 8 ? g711('PCMA') : undefined;
}
