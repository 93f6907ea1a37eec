import type { RunClock } from './timeline.ts';

const everyMs = 50;
/** Shorter delays are ordinary. */
const worthNotingMs = 100;

/** Watches how late the worker's own timers are: what a starved harness saw says little of the target. */
export interface LagWatch {
  /** Longest delay that overlaps this stretch of the run's clock, ms. */
  worst(from: number, to: number): number;
  stop(): void;
}

export function watchLag(clock: RunClock): LagWatch {
  const late: { readonly at: number; readonly ms: number }[] = [];
  let due = clock.now() + everyMs;
  const timer = setInterval(() => {
    const now = clock.now();
    if (now - due > worthNotingMs) late.push({ at: now, ms: now - due });
    due = now + everyMs;
  }, everyMs);
  timer.unref();
  return {
    worst: (from, to) =>
      late.reduce((worst, { at, ms }) => (at >= from && at - ms <= to ? Math.max(worst, ms) : worst), 0),
    stop: () => clearInterval(timer),
  };
}
