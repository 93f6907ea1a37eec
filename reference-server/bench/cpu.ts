/** CPU time of a process, all of its threads, as the scheduler counts it. Linux. */
import { readdirSync, readFileSync } from 'node:fs';

/** Kernel clock ticks of /proc/PID/stat: 100 a second wherever Linux runs. */
const TICKS = 100;

/** Nanoseconds on a CPU by thread id. */
export type ThreadTimes = ReadonlyMap<string, number>;

export interface CpuSample {
  readonly threads: ThreadTimes;
  /** User and system time in ns, of threads that have ended too; in steps of 10 ms. */
  readonly total: number;
}

/** @throws when there is no such process. */
export function readCpu(pid: number): CpuSample {
  const threads = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      threads.set(thread, Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
    } catch {
      // It ended between the two looks, or the kernel keeps no such figures.
    }
  }
  return { threads, total: parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')) };
}

/** utime and stime (fields 14 and 15 of proc(5)) in ns; the name in field 2 may hold blanks and brackets. */
export function parseStat(line: string): number {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e9) / TICKS;
}

/**
 * Seconds of CPU between two samples. The threads' own times are exact; where they say clearly less than the process's
 * total, a thread has ended in between (or there are none), and the total counts.
 */
export function cpuBetween(before: CpuSample, after: CpuSample): number {
  let sum = 0;
  for (const [thread, time] of after.threads) sum += time - (before.threads.get(thread) ?? 0);
  const total = after.total - before.total;
  return (total - sum > 20e6 + sum * 0.02 ? total : sum) / 1e9;
}
