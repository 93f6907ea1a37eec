/** When and for how long parts of the suite were held up. Pure: who measures, notes it here. */

/** Who was late: the worker with its scenarios and callbacks, the thread of the RTP probes, SIPp while it started. */
export const HOLDERS = ['worker', 'RTP probe', 'SIPp'] as const;
export type Holder = (typeof HOLDERS)[number];

/** A hold-up: it ended at `at` on the run's clock and took `ms`. */
export interface Hold {
  readonly by: Holder;
  readonly at: number;
  readonly ms: number;
}

/** Shorter ones are ordinary, ms. */
export const worthNotingMs = 20;
/** No scenario looks back further, ms. */
const keptMs = 15 * 60_000;

export class Holds {
  #noted: Hold[] = [];

  /** Hold-ups may be noted late; one that is not worth it is not kept. */
  note(hold: Hold): void {
    if (hold.ms < worthNotingMs) return;
    const [oldest] = this.#noted;
    if (oldest !== undefined && oldest.at < hold.at - keptMs)
      this.#noted = this.#noted.filter(({ at }) => at >= hold.at - keptMs);
    this.#noted.push(hold);
  }

  /** The longest hold-up of each that overlaps this stretch of the run's clock, ms. */
  worst(from: number, to: number): ReadonlyMap<Holder, number> {
    return this.#of(from, to, (a, { ms }) => Math.max(a, ms));
  }

  /** How much of this stretch each was held up, ms. */
  total(from: number, to: number): ReadonlyMap<Holder, number> {
    return this.#of(from, to, (a, { at, ms }) => a + Math.min(at, to) - Math.max(at - ms, from));
  }

  #of(from: number, to: number, add: (before: number, hold: Hold) => number): ReadonlyMap<Holder, number> {
    const found = new Map<Holder, number>();
    for (const hold of this.#noted) {
      if (hold.at < from || hold.at - hold.ms > to) continue;
      found.set(hold.by, add(found.get(hold.by) ?? 0, hold));
    }
    return found;
  }
}
