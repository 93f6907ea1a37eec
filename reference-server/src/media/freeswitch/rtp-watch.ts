/** Misses the far end's RTP: FreeSWITCH is asked now and then how many packets have come. */

export interface RtpWatchOptions {
  /** Packets received so far; undefined where it cannot be said. */
  readonly count: () => Promise<number | undefined>;
  /** Nothing came for as long as the limit: called once for each silence. */
  readonly missed: () => void;
}

/** The silence is known to this share of the limit, and no better than that. */
const LOOKS = 10;
const MIN_MS = 50;

export class RtpWatch {
  readonly #options: RtpWatchOptions;
  #limitMs = 0;
  #expected = false;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  #since = 0;
  #told = false;

  constructor(options: RtpWatchOptions) {
    this.#options = options;
  }

  /** From now on; 0: the far end may be silent for ever. */
  limit(milliseconds: number): void {
    this.#limitMs = milliseconds;
    this.#again();
  }

  /** Whether the far end is to send at all: not while it holds. */
  expect(packets: boolean): void {
    if (packets === this.#expected) return;
    this.#expected = packets;
    this.#again();
  }

  close(): void {
    this.#limitMs = 0;
    clearTimeout(this.#timer);
  }

  #again(): void {
    clearTimeout(this.#timer);
    this.#since = performance.now();
    this.#told = false;
    if (this.#limitMs > 0 && this.#expected) this.#wait();
  }

  #wait(): void {
    this.#timer = setTimeout(() => void this.#look(), Math.max(MIN_MS, this.#limitMs / LOOKS));
  }

  async #look(): Promise<void> {
    const timer = this.#timer;
    const count = await this.#options.count().catch(() => undefined);
    // Something else was asked for in the meantime.
    if (timer !== this.#timer || this.#limitMs === 0) return;
    if (count !== undefined && count !== this.#count) {
      this.#count = count;
      this.#since = performance.now();
      this.#told = false;
    } else if (!this.#told && performance.now() - this.#since >= this.#limitMs) {
      this.#told = true;
      this.#options.missed();
    }
    this.#wait();
  }
}
