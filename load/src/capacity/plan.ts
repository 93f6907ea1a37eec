/** What a search for the capacity is asked for, filled in. Pure. */
import { SettingsError } from '@mediaservice/conformance/kit';
import { planOf } from '../run/plan.ts';
import type { RunWish } from '../run/types.ts';
import type { CapacitySetting, Wanted } from './model.ts';

/** Scenarios of which the capacity is looked for where none is named: calls at once, and calls a second. */
export const usualScenarios = ['bridge', 'churn'] as const;

export interface CapacityWish {
  readonly start?: number;
  readonly most?: number;
  readonly resolution?: number;
  readonly durationSeconds?: number;
  readonly confirmSeconds?: number;
  readonly rampSeconds?: number;
  readonly talkSeconds?: number;
  readonly objectives?: readonly string[];
  readonly k6Arguments?: readonly string[];
}

export interface CapacityPlan {
  readonly scenario: string;
  readonly steeredBy: 'calls' | 'rate';
  readonly setting: CapacitySetting;
  readonly wish: CapacityWish;
}

const usual = {
  calls: { start: 50, most: 5000, durationSeconds: 15 },
  rate: { start: 50, most: 2000, durationSeconds: 12 },
};
const usualResolution = 0.05;
/** A share of the load has to be there, or it was not tried. */
const reached = 0.9;
/** Beside ramp, steady part and talk: start of k6, last callbacks, gauges at rest. */
const aroundSeconds = 6;

/** @throws {SettingsError} */
export function capacityPlan(scenario: string, wish: CapacityWish): CapacityPlan {
  const { row, setting } = planOf({ scenario, ...(wish.objectives && { objectives: wish.objectives }) });
  if (row.burst !== undefined || row.endurance === true)
    throw new SettingsError(
      'bad-selection',
      `${scenario} has no capacity: it is not steady, or takes hours. Take bridge, ivr, mixed, remote, outbound, churn or rest.`,
    );
  const steeredBy = setting.rate === undefined ? 'calls' : 'rate';
  const { start, most, durationSeconds } = usual[steeredBy];
  const talkSeconds = wish.talkSeconds ?? row.talkSeconds;
  const steady = wish.durationSeconds ?? durationSeconds;
  const bounds = { start: wish.start ?? Math.min(start, wish.most ?? most), most: wish.most ?? most };
  if (bounds.start > bounds.most)
    throw new SettingsError(
      'bad-option',
      `The search starts at ${bounds.start}, which is above its bound of ${bounds.most}.`,
    );
  const resolution = wish.resolution ?? usualResolution;
  if (resolution >= 0.5)
    throw new SettingsError('bad-option', 'A resolution is a share below one half: 0.05 means right to 5 of 100.');
  return {
    ...{ scenario, steeredBy, wish },
    setting: {
      ...bounds,
      resolution,
      // As long as a call lasts: then no more calls begin in a second on the way up than later.
      rampSeconds: wish.rampSeconds ?? Math.max(row.rampSeconds, talkSeconds),
      durationSeconds: steady,
      confirmSeconds: wish.confirmSeconds ?? 2 * steady,
      talkSeconds,
    },
  };
}

/** The run that tries a load. */
export function runWish({ scenario, steeredBy, setting, wish }: CapacityPlan, { load, purpose }: Wanted): RunWish {
  const atOnce = steeredBy === 'calls' ? [`calls.atOnce>=${Math.floor(load * reached)}`] : [];
  return {
    scenario,
    ...(steeredBy === 'calls' ? { calls: load } : { rate: load }),
    durationSeconds: purpose === 'confirmation' ? setting.confirmSeconds : setting.durationSeconds,
    rampSeconds: setting.rampSeconds,
    talkSeconds: setting.talkSeconds,
    objectives: [...atOnce, ...(wish.objectives ?? [])],
    ...(wish.k6Arguments && { k6Arguments: wish.k6Arguments }),
  };
}

/** How long a step takes, roughly. */
export const stepSeconds = ({ setting }: CapacityPlan, confirmation = false): number =>
  setting.rampSeconds +
  (confirmation ? setting.confirmSeconds : setting.durationSeconds) +
  setting.talkSeconds +
  aroundSeconds;
