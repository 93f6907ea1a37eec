/**
 * When packets are due: an absolute schedule, so that late wake-ups never add up. One pacer serves all endpoints of a
 * thread; each endpoint takes every second, third, … step by its packet time.
 */
export interface PacerOptions {
  /** Milliseconds between two steps. */
  readonly interval: number;
  /** Most steps handed out at once: what was missed is caught up at this pace instead of in a burst. */
  readonly maxSteps: number;
  /** Milliseconds behind after which the schedule moves instead of catching up. */
  readonly maxBehind: number;
}

export class Pacer {
  readonly #options: PacerOptions;
  #next: number;
  #skipped = 0;

  constructor(now: number, options: PacerOptions) {
    this.#options = options;
    this.#next = now + options.interval;
  }

  /** Steps due at `now`, which count as done with this call. Half a millisecond early is in time: timers are no finer. */
  due(now: number): number {
    const { interval, maxSteps, maxBehind } = this.#options;
    const behind = now - this.#next;
    if (behind < -0.5) return 0;
    if (behind > maxBehind) {
      const steps = Math.floor((behind - maxBehind) / interval) + 1;
      this.#skipped += steps;
      this.#next += steps * interval;
    }
    const steps = Math.min(maxSteps, Math.floor((now - this.#next + 0.5) / interval) + 1);
    this.#next += steps * interval;
    return steps;
  }

  /** Milliseconds to sleep at `now`; at least half a step when behind, so that catching up does not become a burst. */
  delay(now: number): number {
    return Math.max(Math.min(1, this.#options.interval), Math.round(Math.max(this.#next - now, this.#pause(now))));
  }

  #pause(now: number): number {
    return this.#next <= now ? this.#options.interval / 2 : 0;
  }

  /** When the next step is due. */
  get next(): number {
    return this.#next;
  }

  /** Steps that the schedule left out for good. */
  get skipped(): number {
    return this.#skipped;
  }
}
