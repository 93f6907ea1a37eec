/** The report of a run out of what was seen. */
import { cpus, release, type as system } from 'node:os';
import type { CallbackFigures } from '../figures/callbacks.ts';
import type { CallFigures } from '../figures/calls.ts';
import { type Growth, growthOf } from '../figures/growth.ts';
import type { Figures, Sample } from '../figures/model.ts';
import { judge } from '../figures/objectives.ts';
import { roundTrips } from '../figures/round-trips.ts';
import { FORMAT_VERSION, type LoadReport } from '../report/model.ts';
import { NAME, version } from '../version.ts';
import { endingOf } from './ending.ts';
import type { Plan } from './plan.ts';
import type { Sampler } from './sampler.ts';
import type { RunParts, RunWish } from './types.ts';

/** Everything that a run has seen. */
export interface Seen {
  readonly calls: CallFigures;
  readonly callbacks: CallbackFigures;
  readonly sampler: Sampler;
  readonly series: readonly Sample[];
  readonly started: Date;
  readonly seconds: number;
  readonly stopped: boolean;
  readonly targetDied: string | undefined;
  readonly faults: readonly string[];
  readonly leftovers: Readonly<Record<string, number>>;
  /** Gauges that were 0 when all was over; none where nobody looked. */
  readonly atRest: ReadonlySet<string>;
  /** The target's page of metrics as it was before; empty where there is none. */
  readonly pageBefore: string;
  readonly k6Summary: string | undefined;
}

export function reportOf(wish: RunWish, plan: Plan, { target, k6 }: RunParts, seen: Seen): LoadReport {
  const figures = figuresOf(plan, seen);
  const objectives = judge(plan.limits, figures);
  const [processor] = cpus();
  return {
    formatVersion: FORMAT_VERSION,
    tool: { name: NAME, version: version() },
    started: seen.started.toISOString(),
    seconds: Number(seen.seconds.toFixed(3)),
    machine: {
      cpus: cpus().length,
      model: processor?.model ?? 'unknown',
      node: process.version,
      kernel: `${system()} ${release()}`,
    },
    target: {
      name: target.name,
      ...(target.description !== undefined && { description: target.description }),
      embedded: target.embedded,
    },
    k6: { version: k6.version, extension: k6.extension },
    scenario: wish.scenario,
    setting: plan.setting,
    figures,
    objectives,
    series: seen.series,
    ending: endingOf({
      ...{ figures, objectives, faults: seen.faults, stopped: seen.stopped },
      ...(seen.targetDied !== undefined && { targetDied: seen.targetDied }),
    }),
    ...(seen.k6Summary !== undefined && { k6Summary: seen.k6Summary }),
  };
}

function figuresOf({ setting }: Plan, seen: Seen): Figures {
  const { latenessMs, calls, ...others } = seen.calls.whole(seen.stopped);
  const ofCalls = { ...others, calls: { ...calls, perSecond: steadyRate(seen.series, setting) ?? calls.perSecond } };
  const { callbacks, application } = seen.callbacks.whole();
  const roundTripMs = roundTrips(seen.pageBefore, seen.sampler.page);
  const { generator, othersCores } = seen.sampler;
  const growth = growthOf(seen.series, setting.rampSeconds + setting.durationSeconds, seen.atRest);
  const target = targetOf(ofCalls.calls, seen, growth);
  return {
    ...ofCalls,
    callbacks: { ...callbacks, ...(roundTripMs && { roundTripMs }) },
    application,
    generator: {
      cpuSeconds: generator.allSeconds,
      busyCores: generator.busyCores,
      cores: cpus().length,
      ...(othersCores !== undefined && { othersCores }),
      ...(latenessMs && { latenessMs }),
      mostBytes: generator.mostBytes,
    },
    ...(target && { target }),
  };
}

/** Fewer seconds are no steady part. */
const LEAST_STEADY = 5;

/** Completed calls a second of the steady part, without the way up and the calls that end after it. */
export function steadyRate(
  series: readonly Pick<Sample, 'at' | 'completed'>[],
  { rampSeconds, durationSeconds }: Pick<Plan['setting'], 'rampSeconds' | 'durationSeconds'>,
): number | undefined {
  const steady = series.filter(({ at }) => at > rampSeconds + 1 && at <= rampSeconds + durationSeconds);
  const [first, last] = [steady[0], steady.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < LEAST_STEADY) return undefined;
  const completed = steady.slice(1).reduce((sum, sample) => sum + sample.completed, 0);
  return Number((completed / (last.at - first.at)).toPrecision(4));
}

function targetOf(
  { completed }: Figures['calls'],
  { sampler, leftovers }: Seen,
  growth: Growth | undefined,
): Figures['target'] {
  const { cpuSeconds, busyCores, bytesBefore, mostBytes, bytesAfter } = sampler.target;
  if (bytesAfter === 0) return undefined;
  return {
    cpuSeconds: Number(cpuSeconds.toFixed(3)),
    ...(completed > 0 && { cpuMsPerCall: Number(((cpuSeconds * 1000) / completed).toPrecision(4)) }),
    ...{ busyCores, bytesBefore, mostBytes, bytesAfter },
    leftovers,
    ...(growth && { growthPerMinute: growth.perMinute, leastGrowthPerMinute: growth.least }),
  };
}
