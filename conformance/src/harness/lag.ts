import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RunClock } from './timeline.ts';

/** A hold-up that begins right after a turn is told shorter than it was by this, ms. */
const everyMs = 20;
/** How finely the delay is measured, ms: a timer of this length is timed again and again. */
const resolution = 10;

/** How late the suite's own timers were over a whole run, ms. */
export interface Lag {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** Watches how late the timers of this thread are: what a starved harness saw says little of the target. */
interface LagWatch {
  /** Since it was started. */
  summary(): Lag;
  stop(): void;
}

/** @param held hears of each turn of a timer that came late: when it came, and by how much, ms. */
export function watchLag(clock: Pick<RunClock, 'now'>, held: (at: number, ms: number) => void): LagWatch {
  let due = clock.now() + everyMs;
  const timer = setInterval(() => {
    const now = clock.now();
    if (now > due) held(now, now - due);
    due = now + everyMs;
  }, everyMs);
  timer.unref();
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  const beyond = (nanoseconds: number): number => Math.max(0, Math.round((nanoseconds / 1e6 - resolution) * 10) / 10);
  return {
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
