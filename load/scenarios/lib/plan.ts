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

export function plan({ mix, steering, generator }: Pick<ScriptSetting, 'mix' | 'steering' | 'generator'>): Options {
  const scenarios: Record<string, Scenario> = {};
  for (const flow of flows) {
    const share = mix[flow] ?? 0;
    if (share > 0) scenarios[flow] = scenarioOf(flow, share, steering);
  }
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

function scenarioOf(flow: Flow, share: number, steering: Steering): Scenario {
  const { calls, rate, rampSeconds, durationSeconds, talkSeconds } = steering;
  const gracefulStop = seconds(talkSeconds + graceSeconds);
  if (rate === undefined) {
    const target = Math.max(1, Math.round((calls ?? 1) * share));
    return {
      executor: 'ramping-vus',
      exec: flow,
      startVUs: 0,
      stages: [
        { duration: seconds(rampSeconds), target },
        { duration: seconds(durationSeconds), target },
      ],
      gracefulStop,
      gracefulRampDown: gracefulStop,
    };
  }
  // k6 takes whole numbers: calls a minute are fine enough.
  const perMinute = Math.max(1, Math.round(rate * share * 60));
  const most = rate * share * (steering.burst ?? 1);
  const preAllocatedVUs = Math.ceil(most * (talkSeconds + aroundTalk)) + 10;
  return {
    executor: 'ramping-arrival-rate',
    exec: flow,
    timeUnit: '1m',
    startRate: steering.burst === undefined ? Math.min(perMinute, 60) : perMinute,
    stages: stagesOf(perMinute, steering),
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
