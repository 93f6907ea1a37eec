/** Series of several generators as one, second by second of the wall clock. Pure. */
import type { Sample, Short, Usage } from '../figures/model.ts';

export interface Timed {
  /** When its `at` was 0, ms since 1970. */
  readonly startedMs: number;
  readonly series: readonly Sample[];
}

const shorts = [
  ...(['setupMs', 'postDialMs', 'restMs', 'newCallMs', 'getIvrCommandMs', 'jitterMs', 'score'] as const),
  'latenessMs',
] as const;

/** `at` counts from the generator that began first. A generator that was not looked at in a second has no part in it, except that its calls go on. */
export function mergeSeries(sources: readonly Timed[]): Sample[] {
  const first = Math.min(...sources.map(({ startedMs }) => startedMs));
  const placed = sources.map(({ startedMs, series }) => {
    const shift = Math.round((startedMs - first) / 1000);
    return new Map(series.map((sample) => [sample.at + shift, sample] as const));
  });
  const seconds = [...new Set(placed.flatMap((one) => [...one.keys()]))].toSorted((a, b) => a - b);
  const calls = placed.map(() => 0);
  return seconds.map((at) => {
    const there = placed.flatMap((one, index) => {
      const sample = one.get(at);
      if (sample !== undefined) calls[index] = sample.inProgress;
      return sample === undefined ? [] : [sample];
    });
    return mergeSecond(at, there, sum(calls));
  });
}

function mergeSecond(at: number, there: readonly Sample[], inProgress: number): Sample {
  const short = (name: (typeof shorts)[number]): Short | undefined =>
    mergeShort(there.flatMap((one) => one[name] ?? []));
  const rtp = there.flatMap((one) => one.rtp ?? []);
  const generator = addUsage(there.flatMap((one) => one.generator ?? []));
  const application = addUsage(there.flatMap((one) => one.application ?? []));
  // All look at one target: what the last of them saw.
  const target = there.findLast((one) => one.target !== undefined)?.target;
  const busy = there.flatMap((one) => one.machineBusy ?? []);
  const of = (read: (sample: Sample) => number): number => sum(there.map(read));
  return {
    ...{ at, inProgress },
    attempted: of((one) => one.attempted),
    completed: of((one) => one.completed),
    failed: of((one) => one.failed),
    callbacks: of((one) => one.callbacks),
    ...Object.fromEntries(
      shorts.flatMap((name) => {
        const value = short(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    ...(rtp.length > 0 && {
      rtp: {
        sent: sum(rtp.map(({ sent }) => sent)),
        received: sum(rtp.map(({ received }) => received)),
        lost: sum(rtp.map(({ lost }) => lost)),
      },
    }),
    ...(generator && { generator }),
    ...(application && { application }),
    ...(target && { target }),
    ...(busy.length > 0 && { machineBusy: Math.max(...busy) }),
  };
}

/** A second has no buckets: the median is the mean of medians by their weight, the 95th the greatest, which is never too good. */
function mergeShort(values: readonly Short[]): Short | undefined {
  const count = sum(values.map((one) => one.count));
  if (count === 0) return undefined;
  return {
    count,
    p50: Number((sum(values.map(({ p50, count: weight }) => p50 * weight)) / count).toPrecision(5)),
    p95: Math.max(...values.map(({ p95 }) => p95)),
    max: Math.max(...values.map(({ max }) => max)),
  };
}

function addUsage(values: readonly Usage[]): Usage | undefined {
  if (values.length === 0) return undefined;
  return {
    cpu: Number(sum(values.map(({ cpu }) => cpu)).toPrecision(4)),
    bytes: sum(values.map(({ bytes }) => bytes)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
