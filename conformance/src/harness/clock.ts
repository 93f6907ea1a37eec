import type { RunClock } from './timeline.ts';

/** Monotonic, and the same in every thread of the process: `timeOrigin` of a thread is when it started. */
export function runClock(epoch: number): RunClock {
  return { epoch, now: () => performance.timeOrigin + performance.now() - epoch };
}
