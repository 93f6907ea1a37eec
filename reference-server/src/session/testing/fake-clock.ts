/** A clock that stands until it is told to go. */
import type { ClockPort } from '../ports.ts';

interface Due {
  readonly at: number;
  readonly run: () => void;
}

export interface FakeClock extends ClockPort {
  /** Lets time pass; what falls due runs in order, each at its own time. */
  advance(milliseconds: number): void;
  pending(): number;
}

export const createFakeClock = (): FakeClock => {
  let now = 0;
  const due = new Set<Due>();
  const next = (until: number): Due | undefined =>
    [...due].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    after: (milliseconds, run) => {
      const entry = { at: now + milliseconds, run };
      due.add(entry);
      return () => due.delete(entry);
    },
    advance: (milliseconds) => {
      const until = now + milliseconds;
      for (let entry = next(until); entry !== undefined; entry = next(until)) {
        now = entry.at;
        due.delete(entry);
        entry.run();
      }
      now = until;
    },
    pending: () => due.size,
  };
};
