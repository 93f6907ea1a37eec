/**
 * What one endpoint sends: its player, the legs that it hears, keys. While it hears one leg of its own codec and, where
 * the far end asked for one, its own packet time, and has nothing to add, that leg's packets go out as they come; else everything is mixed and sent at the pace of the thread.
 */
import { randomInt } from 'node:crypto';
import type { Digit } from '../session/ids.ts';
import { COMFORT_NOISE } from './core/comfort-noise.ts';
import { type DtmfPacket, DtmfSender } from './core/dtmf-sender.ts';
import { g711 } from './core/g711.ts';
import { JitterBuffer } from './core/jitter-buffer.ts';
import { KeyRelay } from './core/key-relay.ts';
import { KeyTones } from './core/key-tones.ts';
import { mixInto } from './core/mix.ts';
import type { Player } from './core/player.ts';
import type { RouteMap } from './core/route.ts';
import { RTP_HEADER_BYTES, type RtpView, type Ssrc } from './core/rtp.ts';
import { SendStream } from './core/send-stream.ts';
import type { Tally } from './core/tally.ts';
import { lawOf, octetsOf, samplesIn, VoiceEncoder, type VoiceName } from './core/voice.ts';
import type { Listener } from './listener.ts';
import type { EndpointId, RemoteStream } from './messages.ts';

interface Inlet {
  readonly buffer: JitterBuffer;
  readonly keys: KeyRelay;
}

/** Longest packet sent: 60 ms. */
const MAX_SAMPLES = 480;
const PACKET_BYTES = RTP_HEADER_BYTES + MAX_SAMPLES;
/** What is worked on in one step and not kept: the mouths of a thread, which speak one after the other, share it. */
const OCTETS = new Uint8Array(MAX_SAMPLES);
const SUM = new Int16Array(MAX_SAMPLES);
const PART = new Int16Array(MAX_SAMPLES);
const PACKET = new Uint8Array(PACKET_BYTES);
/** A leg that says nothing for so long gives way to silence of our own: 500 ms. */
const RELAY_IDLE = 4000;
/** How often a pause is described while it lasts: 500 ms, so that nobody takes the stream for dead. */
const DESCRIBE_EVERY = 4000;
/** A key made anew lasts 100 ms, and 60 ms are between two. */
const KEY_SAMPLES = 800;
const KEY_PAUSE = 480;
/** Packets of the right length in a row after one of another until they are passed on again. */
const EVEN = 50;

export class Mouth implements Listener {
  readonly stream = new SendStream(randomInt(2 ** 32) as Ssrc, randomInt(0x10000), randomInt(2 ** 32));
  readonly #player: Player;
  readonly #put: (packet: Uint8Array, length: number) => void;
  readonly #now: () => number;
  readonly #cut: () => void;
  #remote: RemoteStream | undefined;
  #inlets = new Map<EndpointId, Inlet>();
  #keysToo = false;
  #relaying = false;
  /** Octets of payload in a packet that may be passed on; 0: any number. */
  #octets = 0;
  /** How many of the right length have still to come until they are. */
  #uneven = 0;
  /** The one whose packets were passed on has said that it pauses, or sends others now. */
  #paused = false;
  /** Samples since the last packet that was passed on. */
  #idle = 0;
  /** The description that was sent last in a pause, and samples since then. */
  #described: Uint8Array | undefined;
  #sinceDescribed = 0;
  readonly #events = new DtmfSender({ pauseSamples: KEY_PAUSE });
  readonly #tones = new KeyTones();
  /** Whether one of both may have something to send. */
  #pressing = false;
  /** Nobody is heard. */
  #alone = true;
  readonly #encoder = new VoiceEncoder();

  /** `put` sends a packet; its bytes are used again at once. `cut`: packets pass no longer (see `way`). */
  constructor(
    player: Player,
    put: (packet: Uint8Array, length: number) => void,
    now: () => number,
    cut: () => void = () => undefined,
  ) {
    this.#player = player;
    this.#put = put;
    this.#now = now;
    this.#cut = cut;
  }

  /**
   * How packets of that leg may leave without coming here: undefined unless the last one was passed on as it was and
   * nothing is to be added. `cut` is called when that ends by itself.
   */
  way(from: EndpointId): Omit<RouteMap, 'typeIn'> | undefined {
    const { relaying } = this.stream;
    if (!this.#relaying || this.#paused || relaying === undefined || this.#adds || !this.#inlets.has(from))
      return undefined;
    if (this.#remote === undefined || !this.#remote.send) return undefined;
    const { ssrc: ssrcIn, sequence, timestamp } = relaying;
    const out = { ssrcOut: this.stream.ssrc, typeOut: this.#remote.payloadType };
    return { ssrcIn, ...out, sequence, timestamp, octets: this.#octets };
  }

  /** Time for which nothing was asked of this mouth went by without a packet on that way. */
  starved(): void {
    this.#idle = RELAY_IDLE;
  }

  /** Packets left on that way. */
  passed(tally: Tally): void {
    if (this.#remote === undefined || tally.packets === 0) return;
    const samples = samplesIn(this.#remote.codec, Math.round(tally.octets / tally.packets));
    this.#idle = Math.max(0, Math.floor((this.#now() - tally.at) / 20)) * 160;
    this.stream.passed(tally, samples);
  }

  setRemote(remote: RemoteStream): void {
    this.#remote = remote;
    this.#octets = remote.paced ? octetsOf(remote.codec, remote.ptime * 8) : 0;
    this.#uneven = 0;
  }

  /** From now on these legs are heard; with `keys`, what they press is passed on. */
  hear(legs: readonly EndpointId[], keys: boolean): void {
    this.#inlets = new Map(
      legs.map((leg) => [leg, this.#inlets.get(leg) ?? { buffer: new JitterBuffer(), keys: new KeyRelay() }]),
    );
    this.#alone = legs.length === 0;
    this.#keysToo = keys;
    if (legs.length !== 1) {
      // Our own packets follow on the last one passed on: the two threads were told at about the same time.
      this.#relaying = false;
      this.#idle = 0;
    }
  }

  /** A packet is due by the clock of the thread. */
  step(remote: RemoteStream, samples: number): void {
    if (this.#relaying) {
      this.#idle += samples;
      if (!this.#adds && !this.#paused && this.#idle < RELAY_IDLE) return;
      this.#endRelay(samples);
    }
    const event = this.#pressing ? this.#event(remote, samples) : undefined;
    const pause = event === undefined ? this.#pauseFor(remote) : undefined;
    if (pause !== undefined) {
      this.#describe(remote, pause, samples);
      return;
    }
    this.#described = undefined;
    const length = event === undefined ? this.#fill(PACKET, remote.codec, samples) : samples;
    if (!remote.send) {
      this.stream.gap();
    } else if (event !== undefined) {
      PACKET.set(event.payload, RTP_HEADER_BYTES);
      this.stream.event(PACKET, remote.telephoneEvent ?? 0, event.age, event.marker);
      this.#put(PACKET, RTP_HEADER_BYTES + event.payload.length);
    } else {
      this.stream.audio(PACKET, remote.payloadType, length);
      this.#put(PACKET, RTP_HEADER_BYTES + length);
    }
    this.stream.pass(samples);
  }

  /** What is due of the keys that are sent as events. */
  #event(remote: RemoteStream, samples: number): DtmfPacket | undefined {
    const event = remote.telephoneEvent === undefined ? undefined : this.#events.next(samples);
    this.#pressing = this.#events.busy || this.#tones.busy;
    return event;
  }

  /** What describes the pause of the only one that is heard, to a far end that makes noise of it by itself. */
  #pauseFor(remote: RemoteStream): Uint8Array | undefined {
    if (remote.comfortNoise === undefined || this.#inlets.size !== 1) return undefined;
    if (this.#player.active || this.#tones.busy) return undefined;
    for (const { buffer } of this.#inlets.values()) return buffer.pause;
    return undefined;
  }

  /** In place of audio: the description at once, when it changes, and now and then. */
  #describe(remote: RemoteStream, payload: Uint8Array, samples: number): void {
    if (!remote.send) {
      this.stream.gap();
    } else if (this.#described !== payload || this.#sinceDescribed >= DESCRIBE_EVERY) {
      PACKET.set(payload, RTP_HEADER_BYTES);
      this.stream.noise(PACKET, remote.comfortNoise ?? COMFORT_NOISE, payload.length);
      this.#put(PACKET, RTP_HEADER_BYTES + payload.length);
      this.#described = payload;
      this.#sinceDescribed = 0;
    }
    this.#sinceDescribed += samples;
    this.stream.pass(samples);
  }

  /** Whether packets have to be made here: nobody is heard, or several, or something of ours along. */
  get #adds(): boolean {
    return this.#inlets.size !== 1 || this.#player.active || this.#events.busy || this.#tones.busy;
  }

  /** Writes the payload of the next packet, gives its length in bytes. */
  #fill(packet: Uint8Array, codec: VoiceName, samples: number): number {
    const law = g711(lawOf(codec));
    if (codec === law.name && !(this.#pressing && this.#tones.busy) && !this.#hearing()) {
      this.#player.fill(packet, RTP_HEADER_BYTES, RTP_HEADER_BYTES + samples, law);
      return samples;
    }
    const sum = SUM.subarray(0, samples);
    if (this.#player.fill(OCTETS, 0, samples, law)) {
      for (let i = 0; i < samples; i++) sum[i] = law.decode[OCTETS[i] ?? 0] ?? 0;
    } else {
      sum.fill(0);
    }
    const part = PART.subarray(0, samples);
    for (const { buffer } of this.#inlets.values()) if (buffer.pull(part)) mixInto(sum, part);
    this.#tones.addTo(sum);
    return this.#encoder.encode(codec, sum, packet, RTP_HEADER_BYTES);
  }

  #hearing(): boolean {
    if (this.#alone) return false;
    for (const { buffer } of this.#inlets.values()) if (buffer.active) return true;
    return false;
  }

  audio(from: EndpointId, view: RtpView, payload: Uint8Array, codec: VoiceName): void {
    const remote = this.#remote;
    const inlet = this.#inlets.get(from);
    if (remote === undefined || inlet === undefined) return;
    if (codec !== remote.codec || this.#adds || payload.length > MAX_SAMPLES || !this.#fits(payload.length)) {
      inlet.buffer.put(view, payload, codec, this.#now());
      return;
    }
    if (inlet.buffer.active) inlet.buffer.clear();
    this.#relaying = true;
    this.#paused = false;
    this.#relay(remote, view, payload, remote.payloadType, samplesIn(codec, payload.length));
  }

  /** Whether a packet is as long as the far end asked for, and those before it were. */
  #fits(octets: number): boolean {
    if (this.#octets === 0) return true;
    if (octets === this.#octets) {
      if (this.#uneven > 0) this.#uneven--;
      return this.#uneven === 0;
    }
    this.#uneven = EVEN;
    if (this.#relaying) {
      this.#cut();
      this.#paused = true;
    }
    return false;
  }

  /** The leg pauses: what it passed on so far ends here, and its noise is sent in its place. */
  noise(from: EndpointId, view: RtpView, payload: Uint8Array): void {
    const inlet = this.#inlets.get(from);
    if (inlet === undefined) return;
    inlet.buffer.comfort(view, payload);
    this.#cut();
    this.#paused = this.#relaying;
  }

  event(from: EndpointId, view: RtpView, payload: Uint8Array): void {
    const remote = this.#remote;
    const inlet = this.#inlets.get(from);
    if (remote === undefined || inlet === undefined || !this.#keysToo) return;
    const type = remote.telephoneEvent;
    const fate = inlet.keys.receive(view, payload, type !== undefined && this.#relaying && !this.#adds);
    if (fate === 'pass') this.#relay(remote, view, payload, type ?? 0, 0);
    else if (fate !== 'drop') this.press(fate.make);
  }

  /** The far end gets this key, behind those that it is being sent. */
  press(digit: Digit): void {
    const remote = this.#remote;
    // Who is on hold would hear it when it is over.
    if (remote === undefined || !remote.send || !this.#keysToo) return;
    this.#cut();
    this.#pressing = true;
    if (remote.telephoneEvent === undefined) this.#tones.press(digit);
    else this.#events.send(digit, KEY_SAMPLES);
  }

  #relay(remote: RemoteStream, view: RtpView, payload: Uint8Array, payloadType: number, samples: number): void {
    this.#idle = 0;
    if (!remote.send) {
      this.stream.gap();
      return;
    }
    PACKET.set(payload, RTP_HEADER_BYTES);
    this.stream.relay(PACKET, view, payloadType, payload.length, samples);
    this.#put(PACKET, RTP_HEADER_BYTES + payload.length);
  }

  /** `samples` of the time without packets are about to be sent. */
  #endRelay(samples: number): void {
    this.#relaying = false;
    this.#paused = false;
    this.#cut();
    // The other leg's packets came at another moment of the step than ours do: one step is no gap.
    if (this.#idle > 2 * samples) {
      this.stream.gap();
      this.stream.pass(this.#idle - samples);
    }
    this.#idle = 0;
  }
}
