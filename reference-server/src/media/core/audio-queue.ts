/** Live audio on its way from one stream to another whose clock is a little different. */

/** Samples at 8 kHz. */
export interface AudioQueueOptions {
  /** What is gathered before anything is handed out. */
  readonly prefill: number;
  /** More than this is too late to be of use: the oldest goes, down to `prefill`. */
  readonly limit: number;
}

const NOTHING = new Int16Array(0);

export class AudioQueue {
  readonly #options: AudioQueueOptions;
  /** None before the first sample: most legs are never asked for any. */
  #ring = NOTHING;
  #start = 0;
  #length = 0;
  #flowing = false;

  constructor(options: AudioQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#length;
  }

  push(sample: number): void {
    if (this.#ring === NOTHING) this.#ring = new Int16Array(this.#options.limit);
    if (this.#length === this.#options.limit) {
      const drop = this.#options.limit - this.#options.prefill;
      this.#start = (this.#start + drop) % this.#ring.length;
      this.#length -= drop;
    }
    this.#ring[(this.#start + this.#length) % this.#ring.length] = sample;
    this.#length++;
  }

  /** Whether `samples` can be pulled now. After running dry it fills up again first. */
  ready(samples: number): boolean {
    if (!this.#flowing && this.#length >= Math.max(this.#options.prefill, samples)) this.#flowing = true;
    else if (this.#flowing && this.#length < samples) this.#flowing = false;
    return this.#flowing;
  }

  /** The next sample; 0 when there is none. */
  pull(): number {
    if (this.#length === 0) return 0;
    const sample = this.#ring[this.#start] ?? 0;
    this.#start = (this.#start + 1) % this.#ring.length;
    this.#length--;
    return sample;
  }

  clear(): void {
    this.#length = 0;
    this.#flowing = false;
  }
}
