import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RunClock } from './timeline.ts';

const everyMs = 50;
/** How finely the delay is measured, ms: a timer of this length is timed again and again. */
const resolution = 10;
/** Shorter delays are ordinary. */
const worthNotingMs = 100;

/** How late the suite's own timers were over a whole run, ms. */
export interface Lag {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** Watches how late the worker's own timers are: what a starved harness saw says little of the target. */
interface LagWatch {
  /** Longest delay that overlaps this stretch of the run's clock, ms. */
  worst(from: number, to: number): number;
  /** Since it was started. */
  summary(): Lag;
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
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  const beyond = (nanoseconds: number): number => Math.max(0, Math.round((nanoseconds / 1e6 - resolution) * 10) / 10);
  return {
    worst: (from, to) =>
      late.reduce((worst, { at, ms }) => (at >= from && at - ms <= to ? Math.max(worst, ms) : worst), 0),
    summary: () => ({
      median: beyond(histogram.percentile(50)),
      p99: beyond(histogram.percentile(99)),
      max: beyond(histogram.max),
    }),
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
