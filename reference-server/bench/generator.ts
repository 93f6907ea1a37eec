/** Runs the load program once beside a process whose CPU time is taken over the same time. */
import { startChild } from './children.ts';
import { cpuBetween, readCpu } from './cpu.ts';
import { type FarEnd, writePlan } from './plan.ts';

export interface Quantiles {
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What the load program says. Counts are of the packets that were due in the measured time. */
export interface LoadResult {
  readonly seconds: number;
  readonly sent: number;
  readonly received: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Came to another far end than it should, or from another port than it should. */
  readonly misdirected: number;
  readonly malformed: number;
  /** Packets that the other side made itself. */
  readonly own: number;
  /** Of these: with another sequence number than the next; with the same octet all over. */
  readonly gaps: number;
  readonly still: number;
  /** Far ends that got nothing at all. */
  readonly deaf: number;
  readonly failedSends: number;
  /** Packets that the kernel dropped at the load program's own socket. */
  readonly dropped: number;
  /** From just before the sending call until the kernel has it for the far end. */
  readonly latency: Quantiles;
  /** From when a packet was due until just before the sending call. */
  readonly late: Quantiles;
  /** CPU seconds of the load program. */
  readonly cpu: number;
}

export interface Run extends LoadResult {
  /** CPU seconds of each watched process, in the order asked for. */
  readonly watched: readonly number[];
}

export interface Load {
  readonly program: string;
  /** The far ends' RTP port; RTCP is the next. */
  readonly port: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** Shortest sleep between two turns of sending. */
  readonly quantumUs: number;
}

const SEED = 20_251;

export async function runLoad(load: Load, ends: readonly FarEnd[], watch: readonly number[]): Promise<Run> {
  const { program, port, warmupMs, measureMs, quantumUs } = load;
  const child = startChild(program, [port, SEED, warmupMs, measureMs, quantumUs].map(String));
  child.write(writePlan(ends));
  const closing = child.finish();
  await child.until((line) => line === 'begin');
  const before = watch.map(readCpu);
  await child.until((line) => line === 'end');
  const after = watch.map(readCpu);
  const [line = ''] = await child.until(() => true);
  await closing;
  return {
    ...parseResult(line),
    watched: before.map((sample, index) => cpuBetween(sample, after[index] ?? sample)),
  };
}

const COUNTS = [
  ...['seconds', 'sent', 'received', 'duplicates', 'reordered', 'misdirected', 'malformed', 'own', 'gaps', 'still'],
  ...['deaf', 'failedSends', 'dropped', 'cpu'],
];

/** @throws {Error} when a figure is missing. */
export function parseResult(line: string): LoadResult {
  const result: unknown = JSON.parse(line);
  if (!isRecord(result)) throw new Error(`the load program said ${line}`);
  for (const name of COUNTS)
    if (typeof result[name] !== 'number') throw new Error(`the load program did not say ${name}`);
  for (const name of ['latency', 'late']) {
    const quantiles = result[name];
    if (!isRecord(quantiles) || ['p50', 'p99', 'p999', 'max'].some((each) => typeof quantiles[each] !== 'number')) {
      throw new Error(`the load program did not say ${name}`);
    }
  }
  return result as unknown as LoadResult;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
