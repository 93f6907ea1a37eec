/** Records the far end into memory, placed by RTP timestamp, until it has been silent for long or the time is over. */
import { timestampDistance } from './rtp.ts';

/** Samples at 8 kHz. */
export interface RecorderOptions {
  readonly maxSamples: number;
  /** Ends after this much silence once something was said; 0 never. */
  readonly silenceSamples: number;
}

/** Mean magnitude under which a packet is silence: about −48 dBFS. */
const SILENCE = 130;

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #finished: (samples: Int16Array<ArrayBuffer>, begun: boolean) => void;
  #samples = new Int16Array(8000);
  /** End of what is there. */
  #length = 0;
  #elapsed = 0;
  #origin: number | undefined;
  #spoken = false;
  #silentSince = 0;
  #done = false;

  /** `finished` is called once, with what was recorded, and whether any time went by since it was made. */
  constructor(options: RecorderOptions, finished: (samples: Int16Array<ArrayBuffer>, begun: boolean) => void) {
    this.#options = options;
    this.#finished = finished;
  }

  get done(): boolean {
    return this.#done;
  }

  /** A received packet. */
  hear(timestamp: number, heard: Int16Array): void {
    if (this.#done) return;
    this.#origin ??= (timestamp - this.#elapsed) >>> 0;
    let at = timestampDistance(timestamp, this.#origin);
    if (at < 0 || at > this.#elapsed + 16_000) {
      // A new source, or a jump: it goes on from here.
      this.#origin = (timestamp - this.#elapsed) >>> 0;
      at = this.#elapsed;
    }
    const end = Math.min(at + heard.length, this.#options.maxSamples);
    this.#grow(end);
    let sum = 0;
    for (let i = at; i < end; i++) {
      const sample = heard[i - at] ?? 0;
      this.#samples[i] = sample;
      sum += Math.abs(sample);
    }
    this.#length = Math.max(this.#length, end);
    if (sum > SILENCE * heard.length) {
      this.#spoken = true;
      this.#silentSince = this.#elapsed;
    }
  }

  /** Time goes by. */
  elapse(samples: number): void {
    if (this.#done) return;
    this.#elapsed += samples;
    const silent = this.#elapsed - this.#silentSince;
    const { silenceSamples, maxSamples } = this.#options;
    if (this.#elapsed >= maxSamples || (silenceSamples > 0 && this.#spoken && silent >= silenceSamples)) this.finish();
  }

  finish(): void {
    if (this.#done) return;
    this.#done = true;
    // Who sends nothing any more is silent: that is time, too.
    const length = this.#length === 0 ? 0 : Math.max(this.#length, Math.min(this.#elapsed, this.#options.maxSamples));
    this.#grow(length);
    this.#finished(this.#samples.slice(0, length), this.#elapsed > 0);
  }

  #grow(length: number): void {
    if (length <= this.#samples.length) return;
    const larger = new Int16Array(Math.min(this.#options.maxSamples, Math.max(length, this.#samples.length * 2)));
    larger.set(this.#samples);
    this.#samples = larger;
  }
}
