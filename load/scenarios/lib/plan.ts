/** k6's options out of the setting. Pure. */
import type { Options, Scenario } from 'k6/options';
import { type Flow, flows, type ScriptSetting, type Steering } from './setting.ts';

/** How long a call may take beside its talk time when all is well, seconds: what virtual users are set aside for. */
const aroundTalk = 1;
/** How long calls that are under way may last after the end of the steering. */
const graceSeconds = 30;
const seconds = (count: number): string => `${Math.round(count * 1000)}ms`;

/**
 * Whether the calls of a user, counted from 1, are scored: a share of the users, spread evenly. The first two are in any case, for
 * one of them may be the user who only looks how late the generator is, and a run that scores nobody cannot hold its objective.
 */
export const isScored = (user: number, share: number): boolean =>
  share > 0 && (user <= 2 || Math.floor(user * share) > Math.floor((user - 1) * share));

/** k6 takes whole numbers: calls a minute are fine enough. */
const perMinute = (rate: number): number => Math.max(1, Math.round(rate * 60));

export function plan({ mix, steering, generator }: Pick<ScriptSetting, 'mix' | 'steering' | 'generator'>): Options {
  const scenarios: Record<string, Scenario> = {};
  const { calls, rate } = steering;
  for (const [flow, count] of sharedOut(rate === undefined ? (calls ?? 1) : perMinute(rate), mix))
    scenarios[flow] = scenarioOf(flow, count, steering);
  scenarios.lateness = {
    executor: 'constant-vus',
    exec: 'lateness',
    // Where the users are shared out among several generators, one for each is wanted.
    vus: generator === '' ? 1 : 8,
    duration: seconds(steering.rampSeconds + steering.durationSeconds),
    gracefulStop: '0s',
  };
  return {
    scenarios,
    // Fewer tags make shorter lines and less work.
    systemTags: ['name', 'status'],
    summaryTrendStats: ['min', 'med', 'avg', 'p(95)', 'p(99)', 'max', 'count'],
    discardResponseBodies: true,
    noCookiesReset: true,
    teardownTimeout: '60s',
  };
}

/**
 * `count` in whole parts as large as the shares, in sum `count`: what is left after rounding down goes to those that lost most of
 * their share by it. A kind that gets nothing is left out.
 */
function sharedOut(count: number, mix: ScriptSetting['mix']): readonly (readonly [Flow, number])[] {
  const parts = flows
    .map((flow) => ({ flow, due: count * (mix[flow] ?? 0) }))
    .filter(({ due }) => due > 0)
    // Sums of shares are not exact: 0.29 of 100 is less than 29.
    .map(({ flow, due }) => ({ flow, due, whole: Math.floor(due + 1e-9) }));
  const left = Math.round(count - parts.reduce((sum, { whole }) => sum + whole, 0));
  const first = parts.toSorted((a, b) => b.due - b.whole - (a.due - a.whole)).slice(0, left);
  return parts
    .map((part) => [part.flow, part.whole + (first.includes(part) ? 1 : 0)] as const)
    .filter(([, part]) => part > 0);
}

/** `count` at once, or a minute. */
function scenarioOf(flow: Flow, count: number, steering: Steering): Scenario {
  const { rate, rampSeconds, durationSeconds, talkSeconds } = steering;
  const gracefulStop = seconds(talkSeconds + graceSeconds);
  if (rate === undefined) {
    return {
      executor: 'ramping-vus',
      exec: flow,
      startVUs: 0,
      stages: [
        { duration: seconds(rampSeconds), target: count },
        { duration: seconds(durationSeconds), target: count },
      ],
      gracefulStop,
      gracefulRampDown: gracefulStop,
    };
  }
  const most = (count / 60) * (steering.burst ?? 1);
  const preAllocatedVUs = Math.ceil(most * (talkSeconds + aroundTalk)) + 10;
  return {
    executor: 'ramping-arrival-rate',
    exec: flow,
    timeUnit: '1m',
    startRate: steering.burst === undefined ? Math.min(count, 60) : count,
    stages: stagesOf(count, steering),
    preAllocatedVUs,
    maxVUs: preAllocatedVUs * 3,
    gracefulStop,
  };
}

/** Up and steady; or steady, a burst, and steady again. */
function stagesOf(
  target: number,
  { burst, rampSeconds, durationSeconds }: Steering,
): { duration: string; target: number }[] {
  if (burst === undefined) {
    return [
      { duration: seconds(rampSeconds), target },
      { duration: seconds(durationSeconds), target },
    ];
  }
  const third = seconds(durationSeconds / 3);
  const top = Math.round(target * burst);
  const turn = '1s';
  return [
    { duration: third, target },
    { duration: turn, target: top },
    { duration: third, target: top },
    { duration: turn, target },
    { duration: third, target },
  ];
}
