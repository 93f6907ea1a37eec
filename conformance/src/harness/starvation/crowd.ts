import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import type { Target } from '../../target/types.ts';
import type { RunClock } from '../timeline.ts';

const everyMs = 100;
/** Ten minutes; no scenario looks back further. */
const most = 6000;

/** How many threads want each core of this machine, averaged over a stretch of the run. */
interface CrowdWatch {
  /** Undefined: nothing was measured in this stretch. */
  average(from: number, to: number): number | undefined;
  stop(): void;
}

/** @param count threads that want to run just now, ours included. */
export function watchCrowd(clock: Pick<RunClock, 'now'>, count: () => number = runnable): CrowdWatch {
  const cores = availableParallelism();
  const samples: { readonly at: number; readonly perCore: number }[] = [];
  const timer = setInterval(() => {
    samples.push({ at: clock.now(), perCore: count() / cores });
    if (samples.length > most) samples.splice(0, most / 2);
  }, everyMs);
  timer.unref();
  return {
    average: (from, to) => {
      const those = samples.filter(({ at }) => at >= from && at <= to);
      return those.length === 0 ? undefined : those.reduce((sum, { perCore }) => sum + perCore, 0) / those.length;
    },
    stop: () => clearInterval(timer),
  };
}

/** Linux tells how many threads are runnable at this moment; elsewhere it is an average of a minute. */
function runnable(): number {
  try {
    return runnableOf(readFileSync('/proc/loadavg', 'utf8'));
  } catch {
    return loadavg()[0] ?? 0;
  }
}

/** `0.37 0.18 0.57 3/412 9121`: three threads of 412. One of them is the reader. */
export const runnableOf = (text: string): number => Number(/ (\d+)\/\d+ /.exec(text)?.[1] ?? 1) - 1;

/** True when the target has to share this machine with the suite: what starves one starves the other. */
export const sharesMachine = ({ sip, suite, command }: Pick<Target, 'sip' | 'suite' | 'command'>): boolean =>
  command !== undefined || sip.host === suite.host || sip.host.startsWith('127.') || sip.host === 'localhost';
