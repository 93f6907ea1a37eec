/**
 * Makes of packets that come late, doubled, out of order or never an even flow of samples. How long packets wait follows
 * the jitter seen: at once up, slowly down. Knows no clock: arrival times are given, and time passes by pulling.
 */
import { ComfortNoise } from './comfort-noise.ts';
import { Concealer } from './conceal.ts';
import { timestampDistance } from './rtp.ts';
import { SPLICE_SAMPLES, splice } from './splice.ts';
import { samplesIn, VoiceDecoder, type VoiceName } from './voice.ts';

interface Waiting {
  readonly timestamp: number;
  readonly samples: number;
  readonly codec: VoiceName;
  readonly payload: Uint8Array;
}

/** Samples at 8 kHz. */
const MIN_DELAY = 240;
const MAX_DELAY = 1600;
/** What is there beyond the next pull at least: 10 ms. */
const SPARE = 80;
/** A timestamp further off than this is another stream: 2 s. */
const JUMP = 16_000;
/** So long without a packet is a pause, after which packets gather anew. */
const PAUSE = 4000;
/** How far more than the wanted delay must wait all the time until some of it is left out. */
const SLACK = 160;
const WINDOW = 4000;
/** The share of the peak that is forgotten with each sample: a time constant of 8 s. */
const FORGET = 1 / 64_000;
/** How fast two clocks may drift apart. */
const DRIFT = 0.0005;

export class JitterBuffer {
  readonly #decoder = new VoiceDecoder();
  readonly #concealer = new Concealer();
  #queue: Waiting[] = [];
  /** While the far end pauses and says how that sounds. */
  #noise: ComfortNoise | undefined;
  /** Timestamp of the packet that said so: what was said before it is still to be played. */
  #noiseFrom = 0;
  #ssrc: number | undefined;
  /** Timestamp of the sample that is due next, while playing. */
  #play: number | undefined;
  /** Samples pulled since the first packet of a new start came. */
  #waited = 0;
  /** Samples pulled since the queue ran dry. */
  #starved = 0;
  #frame: Int16Array = new Int16Array(0);
  #at = 0;
  /** Transit of the fastest packets, and how much later the slow ones come. */
  #base: number | undefined;
  #peak = 0;
  /** Timestamp of the newest packet, and the same without wrapping around. */
  #last = 0;
  #unwrapped = 0;
  #packet = 160;
  /** Samples pulled at a time: less must never be there, or the rest of a pull is made up. */
  #pulled = 0;
  #leastDepth = Number.POSITIVE_INFINITY;
  #watched = 0;
  #tooMuch = false;

  /** Samples that a packet waits, as the jitter is now. */
  get delay(): number {
    const least = Math.max(MIN_DELAY, this.#pulled + SPARE);
    return Math.min(MAX_DELAY, Math.max(least, Math.ceil(this.#peak) + Math.max(this.#packet, this.#pulled)));
  }

  /** Whether a pull would give something. */
  get active(): boolean {
    return this.#play !== undefined || this.#queue.length > 0 || this.#noise !== undefined;
  }

  /** Samples that are there and have not been pulled. */
  get depth(): number {
    const last = this.#queue.at(-1);
    return last === undefined ? 0 : timestampDistance(last.timestamp, this.#play ?? last.timestamp) + last.samples;
  }

  /** While nothing but the noise of a pause would be pulled: what describes it (RFC 3389). */
  get pause(): Uint8Array | undefined {
    return this.#play === undefined && this.#queue.length === 0 ? this.#noise?.payload : undefined;
  }

  /** A packet came at `now`, milliseconds. The payload is copied. */
  put(
    packet: { readonly ssrc: number; readonly timestamp: number },
    payload: Uint8Array,
    codec: VoiceName,
    now: number,
  ): void {
    const { ssrc, timestamp } = packet;
    const samples = samplesIn(codec, payload.length);
    if (samples === 0) return;
    if (ssrc !== this.#ssrc || Math.abs(timestampDistance(timestamp, this.#last)) > JUMP) {
      // Who speaks again after a long pause goes on with the noise of it until then.
      const noise = ssrc === this.#ssrc ? this.#noise : undefined;
      this.clear();
      this.#noise = noise;
      this.#ssrc = ssrc;
      this.#last = timestamp;
    }
    this.#measure(timestamp, samples, now);
    if (this.#play !== undefined && timestampDistance(timestamp, this.#play) < 0) {
      // Waited for in vain until now: it plays, and everything after it that much later. Else its time has been filled.
      if (this.#starved === 0) return;
      this.#play = timestamp;
    }
    let at = this.#queue.length;
    while (at > 0 && timestampDistance(timestamp, this.#queue[at - 1]?.timestamp ?? 0) < 0) at--;
    if (at > 0 && this.#queue[at - 1]?.timestamp === timestamp) return;
    this.#queue.splice(at, 0, { timestamp, samples, codec, payload: new Uint8Array(payload) });
    this.#starved = 0;
  }

  /** The far end pauses, and wants this noise to be heard meanwhile (RFC 3389). The payload is not kept. */
  comfort(packet: { readonly ssrc: number; readonly timestamp: number }, payload: Uint8Array): void {
    if (!this.active) {
      // What came last did not pass here.
      this.#ssrc = packet.ssrc;
      this.#last = packet.timestamp;
    }
    if (packet.ssrc !== this.#ssrc || timestampDistance(packet.timestamp, this.#last) < 0) return;
    this.#noise ??= new ComfortNoise();
    this.#noiseFrom = packet.timestamp;
    this.#noise.describe(payload);
  }

  /** Fills `out`. False when nothing is playing: then it is silence. */
  pull(out: Int16Array): boolean {
    this.#pulled = out.length;
    if (this.#play === undefined && !this.#start(out.length)) {
      if (this.#noise !== undefined) {
        this.#noise.fill(out);
        return true;
      }
      out.fill(0);
      return false;
    }
    this.#look(out.length);
    for (let filled = 0; filled < out.length; ) filled += this.#read(out.subarray(filled));
    return true;
  }

  clear(): void {
    this.#queue = [];
    this.#play = undefined;
    this.#waited = 0;
    this.#starved = 0;
    this.#frame = this.#frame.subarray(0, 0);
    this.#at = 0;
    this.#base = undefined;
    this.#peak = 0;
    this.#tooMuch = false;
    this.#noise = undefined;
    this.#concealer.reset();
  }

  /** How late packets come against the fastest ones of late. */
  #measure(timestamp: number, samples: number, now: number): void {
    const ahead = timestampDistance(timestamp, this.#last);
    const transit = now * 8 - (this.#unwrapped + ahead);
    this.#base = this.#base === undefined ? transit : Math.min(transit, this.#base + samples * DRIFT);
    this.#peak = Math.max(transit - this.#base, this.#peak * (1 - samples * FORGET));
    this.#packet = samples;
    if (ahead > 0) {
      this.#last = timestamp;
      this.#unwrapped += ahead;
    }
  }

  #start(samples: number): boolean {
    const first = this.#queue[0];
    const last = this.#queue.at(-1);
    if (first === undefined || last === undefined) return false;
    const depth = timestampDistance(last.timestamp, first.timestamp) + last.samples;
    if (depth < this.delay && this.#waited < this.delay) {
      this.#waited += samples;
      return false;
    }
    this.#play = first.timestamp;
    this.#waited = 0;
    this.#watched = 0;
    this.#leastDepth = Number.POSITIVE_INFINITY;
    return true;
  }

  /** At least one sample. */
  #read(out: Int16Array): number {
    const play = this.#play ?? 0;
    if (this.#at < this.#frame.length) {
      const part = this.#frame.subarray(this.#at, this.#at + out.length);
      out.set(part);
      return this.#on(part.length, true);
    }
    const next = this.#queue[0];
    if (next === undefined && this.#noise !== undefined) {
      // What comes next begins anew.
      this.#play = undefined;
      this.#noise.fill(out);
      return out.length;
    }
    if (next === undefined) {
      this.#starved += out.length;
      if (this.#starved > PAUSE) {
        this.#play = undefined;
        out.fill(0);
        return out.length;
      }
      this.#concealer.conceal(out);
      return this.#on(out.length, false);
    }
    const gap = timestampDistance(next.timestamp, play);
    if (gap > 0) {
      const part = out.subarray(0, gap);
      if (this.#noise === undefined) this.#concealer.conceal(part);
      else this.#noise.fill(part);
      return this.#on(part.length, false);
    }
    this.#queue.shift();
    if (timestampDistance(next.timestamp, this.#noiseFrom) >= 0) this.#noise = undefined;
    this.#frame = this.#decoder.decode(next.codec, next.payload).subarray(Math.min(-gap, next.samples));
    this.#at = 0;
    this.#shorten();
    this.#concealer.heard(this.#frame.subarray(this.#at));
    return 0;
  }

  #on(samples: number, real: boolean): number {
    if (real) this.#at += samples;
    this.#play = ((this.#play ?? 0) + samples) >>> 0;
    return samples;
  }

  /** Watches whether more waits all the time than the jitter asks for. */
  #look(samples: number): void {
    this.#leastDepth = Math.min(this.#leastDepth, this.depth);
    this.#watched += samples;
    if (this.#watched < WINDOW) return;
    this.#tooMuch = this.#leastDepth - this.delay > SLACK;
    this.#watched = 0;
    this.#leastDepth = Number.POSITIVE_INFINITY;
  }

  /** Leaves a little out of a frame, blended so that nobody hears it. */
  #shorten(): void {
    if (!this.#tooMuch || this.#frame.length < SPLICE_SAMPLES) return;
    this.#tooMuch = false;
    this.#on(splice(this.#frame), true);
  }
}
