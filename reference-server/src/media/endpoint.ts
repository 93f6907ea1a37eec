/** One leg in a media thread: its sockets, where its far end is, and the clock of both its directions. */
import { randomBytes } from 'node:crypto';
import type { Digit } from '../session/ids.ts';
import { COMFORT_NOISE } from './core/comfort-noise.ts';
import { Latch } from './core/latch.ts';
import { Player, type PlayerEvent } from './core/player.ts';
import type { RouteMap } from './core/route.ts';
import { createRtpView, type RtpView, readRtp, type Ssrc } from './core/rtp.ts';
import type { Tally } from './core/tally.ts';
import type { VoiceName } from './core/voice.ts';
import { Ear } from './ear.ts';
import type { Lanes } from './lanes.ts';
import type { Listener } from './listener.ts';
import { Counter, type EndpointId, type RemoteStream } from './messages.ts';
import { Mouth } from './mouth.ts';
import { Reports } from './reports.ts';
import { type Place, Shortcut, type Suggestion } from './shortcut.ts';
import type { Transport } from './transport.ts';

export interface EndpointHost {
  readonly counters: Float64Array;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  player(event: PlayerEvent): void;
  dtmf(digit: Digit, source: 'rfc4733' | 'inband'): void;
  rtpTimeout(): void;
  /** Ways past this endpoint for packets that need no look; without, every packet comes here. */
  readonly lanes?: Lanes;
  /** Where RTP is bound to. */
  readonly here?: Place;
  /** Whether `rest` will do in place of `tick` until this is called again. */
  readonly resting?: (endpoint: Endpoint, on: boolean) => void;
}

/** Of RTP: a source that is not the one of the SDP has to go on for 200 ms. */
const RTP_LATCH = { silence: 1000, trial: 10 };
/** RTCP comes every few seconds; who sends a single packet may have the answer. */
const RTCP_LATCH = { silence: 1000, trial: 1 };

/** For packets that leave nowhere. */
const NOWHERE = { ssrcOut: 0 as Ssrc, typeOut: 0, sequence: 0, timestamp: 0, octets: 0 };

export class Endpoint implements Listener {
  readonly player: Player;
  readonly ear: Ear;
  readonly #mouth: Mouth;
  readonly #host: EndpointHost;
  readonly #reports: Reports;
  readonly #shortcut: Shortcut;
  readonly #id: EndpointId;
  /** Whom packets pass to on the shortcut. */
  #listener: Endpoint | undefined;
  /** Packets that came here that way since the last `rest`. */
  #fed = 0;
  readonly #view = createRtpView();
  #remote: RemoteStream | undefined;
  #transport: Transport | undefined;
  #rtp: Latch | undefined;
  #rtcp: Latch | undefined;
  #timeout: number;
  #heardAt: number;
  #timedOut = false;
  /** The last packet of the far end said that it pauses. */
  #pausing = false;
  /** Steps of the thread between two packets, and which of them are ours. */
  #every = 2;
  readonly #phase: number;

  /** `rtpTimeoutMs` as `watch` takes it. */
  constructor(id: EndpointId, host: EndpointHost, rtpTimeoutMs: number, now: number) {
    this.#host = host;
    this.#id = id;
    this.#phase = id % 2;
    this.#timeout = rtpTimeoutMs;
    this.#heardAt = now;
    this.player = new Player((event) => host.player(event));
    this.ear = new Ear(id, (digit, source) => host.dtmf(digit, source));
    this.#mouth = new Mouth(
      this.player,
      (packet, length) => this.#send(packet, length),
      () => host.now(),
      () => this.cut(),
    );
    this.#shortcut = new Shortcut(host.lanes, host.here ?? { address: '', port: 0 }, {
      receive: (packet, at) => {
        if (this.#rtp !== undefined) this.receiveRtp(packet, this.#rtp.address, this.#rtp.port, at);
      },
      passed: (tally) => this.#passed(tally),
      fed: (on) => {
        this.#fed = 0;
        host.resting?.(this, on);
      },
    });
    this.#reports = new Reports(this.#mouth.stream, randomBytes(12).toString('base64url'), now, Math.random);
  }

  attach(transport: Transport): void {
    this.#transport = transport;
  }

  /** The far end is known, or has changed: stream, sequence numbers and timestamps go on. */
  setRemote(remote: RemoteStream, now: number): void {
    const before = this.#remote;
    this.#remote = remote;
    this.#every = remote.ptime / 10;
    this.ear.setRemote(remote);
    this.#mouth.setRemote(remote);
    if (before === undefined || this.#rtp === undefined || this.#rtcp === undefined) {
      this.#rtp = new Latch(remote.address, remote.port, RTP_LATCH, remote.source);
      this.#rtcp = new Latch(remote.address, remote.rtcpPort, RTCP_LATCH, remote.source);
    } else {
      this.#rtp.announce(remote.address, remote.port, remote.source);
      this.#rtcp.announce(remote.address, remote.rtcpPort, remote.source);
    }
    this.#shortcut.settle(this.#rtp);
    if (!expected(remote) || before === undefined || !expected(before)) this.#heard(now);
  }

  /** From now on so many milliseconds without RTP are a time-out; 0: none are. */
  watch(rtpTimeoutMs: number, now: number): void {
    this.#timeout = rtpTimeoutMs;
    this.#heard(now);
  }

  hear(legs: readonly EndpointId[], keys: boolean): void {
    this.#mouth.hear(legs, keys);
  }

  /** The party that is heard pressed a key beside its stream. */
  press(digit: Digit): void {
    this.#mouth.press(digit);
  }

  audio(from: EndpointId, view: RtpView, payload: Uint8Array, codec: VoiceName): void {
    this.#mouth.audio(from, view, payload, codec);
  }

  event(from: EndpointId, view: RtpView, payload: Uint8Array): void {
    this.#mouth.event(from, view, payload);
  }

  noise(from: EndpointId, view: RtpView, payload: Uint8Array): void {
    this.#mouth.noise(from, view, payload);
  }

  /** One step of 10 ms. */
  tick(step: number, now: number): void {
    const remote = this.#remote;
    if (remote === undefined) return;
    if ((step + this.#phase) % this.#every === 0) this.#mouth.step(remote, this.#every * 80);
    if ((step + this.#phase) % 50 !== 0) return;
    this.#shortcut.account();
    this.#control(remote, now);
  }

  /** Half a second went by in which packets for the far end came on a shortcut. */
  rest(now: number): void {
    this.#shortcut.account();
    if (this.#fed === 0) {
      // None did.
      this.#mouth.starved();
      this.cut();
    }
    this.#fed = 0;
    if (this.#remote !== undefined) this.#control(this.#remote, now);
  }

  /** What is due twice a second, once everything that has passed is accounted for. */
  #control(remote: RemoteStream, now: number): void {
    if (this.#timeout > 0 && expected(remote) && !this.#timedOut && now - this.#heardAt > this.#timeout) {
      this.#timedOut = true;
      this.#host.rtpTimeout();
    }
    if (this.#rtp?.settled && remote.send) this.#shortcut.use(this.#rtp);
    const report = this.#reports.next(now, Date.now());
    if (report !== undefined) this.#sendRtcp(report);
  }

  #send(packet: Uint8Array, length: number): void {
    if (this.#rtp === undefined) return;
    if (!this.#shortcut.send(packet, length)) {
      this.#transport?.sendRtp(packet, length, this.#rtp.port, this.#rtp.address);
    }
    this.#count(Counter.packetsSent);
  }

  #sendRtcp(packet: Uint8Array): void {
    if (this.#rtcp === undefined || this.#rtcp.port === 0) return;
    this.#transport?.sendRtcp(packet, this.#rtcp.port, this.#rtcp.address);
  }

  receiveRtp(packet: Uint8Array, address: string, port: number, now: number): void {
    const remote = this.#remote;
    const view = this.#view;
    this.#shortcut.account();
    if (remote === undefined || this.#rtp === undefined || !readRtp(packet, view)) {
      this.#count(Counter.packetsIgnored);
      return;
    }
    const event = view.payloadType === remote.telephoneEventIn;
    const codec = event ? undefined : codecOf(view.payloadType, remote);
    // Taken whether or not it was agreed: many send it as they like.
    const noise = view.payloadType === COMFORT_NOISE || view.payloadType === remote.comfortNoise;
    const known = event || codec !== undefined || noise;
    if (!known || !this.#rtp.accept(address, port, now, view)) {
      this.#count(Counter.packetsIgnored);
      return;
    }
    this.#shortcut.settle(this.#rtp);
    this.#count(Counter.packetsReceived);
    this.#heard(now);
    this.#pausing = noise;
    this.#reports.heard(view, now);
    if (!remote.receive) return;
    const payload = packet.subarray(view.payloadStart, view.payloadEnd);
    if (event) {
      // Keys may be made anew, and others are told of them.
      this.cut();
      this.ear.event(view, payload);
    } else if (noise) {
      // From now on nothing comes that could be passed on.
      this.cut();
      this.ear.noise(view, payload);
    } else if (codec !== undefined) {
      this.ear.audio(view, payload, codec);
      if (codec === remote.codec) this.#suggest(this.#rtp, view);
    }
  }

  /** From now on every packet of this leg, and to it, comes here, until it shows again that it need not. */
  cut(): void {
    this.#shortcut.cut();
  }

  /** The packet that came last may show a way for those after it. */
  #suggest(there: Latch, view: RtpView): void {
    if (this.#host.lanes === undefined) return;
    if (this.ear.deaf) {
      this.#listener = undefined;
      this.#shortcut.end(this.#suggestion(view, { ...NOWHERE, ssrcIn: view.ssrc }));
      return;
    }
    const other = this.ear.onlyListener?.here?.();
    if (!(other instanceof Endpoint) || !other.#rtp?.settled) return;
    const way = other.#mouth.way(this.#id);
    if (way === undefined || way.ssrcIn !== view.ssrc) return;
    this.#listener = other;
    this.#shortcut.suggest(there, other.#shortcut, other.#rtp, this.#suggestion(view, way));
  }

  #suggestion({ sequence, timestamp, payloadType }: RtpView, way: Omit<RouteMap, 'typeIn'>): Suggestion {
    return { map: { ...way, typeIn: payloadType }, sequence, timestamp, running: this.#reports.running };
  }

  /** Packets took the shortcut: what they would have left behind here and at the other endpoint. */
  #passed(tally: Tally): void {
    this.#count(Counter.packetsReceived, tally.packets);
    this.#heard(tally.at);
    this.#rtp?.heard(tally.at);
    this.#reports.absorb(tally);
    const listener = this.#listener;
    if (listener === undefined) return;
    this.#count(Counter.packetsPassed, tally.packets);
    this.#count(Counter.packetsSent, tally.packets);
    listener.#fed += tally.packets;
    listener.#mouth.passed(tally);
  }

  receiveRtcp(packet: Uint8Array, address: string, port: number, now: number): void {
    if (this.#rtcp?.accept(address, port, now) !== true) return;
    // How often a pause is described is free (RFC 3389 4): reports show that somebody is there (RFC 3550 6.3.5).
    if (this.#pausing) this.#heard(now);
    this.#reports.control(packet, now);
  }

  async close(now: number): Promise<void> {
    this.player.clear();
    this.ear.listeners = [];
    this.#shortcut.account();
    const bye = this.#reports.bye(now, Date.now());
    if (bye !== undefined) this.#sendRtcp(bye);
    await Promise.all([this.#shortcut.close(), this.#transport?.close()]);
  }

  #heard(now: number): void {
    this.#heardAt = now;
    this.#timedOut = false;
  }

  #count(counter: number, by = 1): void {
    this.#host.counters[counter] = (this.#host.counters[counter] ?? 0) + by;
  }
}

/** Whether silence of the far end means anything: one that holds may be silent. */
function expected(remote: RemoteStream): boolean {
  return remote.send && remote.receive;
}

/** The codec of a payload type: the negotiated one, or any other under its static number (RFC 3551). */
function codecOf(payloadType: number, remote: RemoteStream): VoiceName | undefined {
  if (payloadType === remote.payloadType) return remote.codec;
  if (payloadType === 0) return 'PCMU';
  if (payloadType === 3) return 'GSM';
  return payloadType === 8 ? 'PCMA' : undefined;
}
