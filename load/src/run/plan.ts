/** A wish filled in with the defaults of its scenario, or the sentence that says what is wrong with it. Pure. */
import { nearest, SettingsError } from '@mediaservice/conformance/kit';
import { flows, type Mix } from '../../scenarios/lib/setting.ts';
import { GROWTH_SECONDS } from '../figures/growth.ts';
import { type Limit, limitsOf } from '../figures/objectives.ts';
import type { RunSetting } from '../report/model.ts';
import { isFlow, isScenario, type ScenarioRow, scenarioNames, scenarioOf } from './scenarios.ts';
import type { LoadTarget, RunWish } from './types.ts';

export interface Plan {
  readonly row: ScenarioRow;
  readonly mix: Mix;
  readonly setting: RunSetting;
  readonly limits: readonly Limit[];
}

/** @throws {SettingsError} */
export function planOf(wish: RunWish, target?: Pick<LoadTarget, 'metrics' | 'cloudNumbers' | 'name'>): Plan {
  const { scenario } = wish;
  if (!isScenario(scenario)) throw new SettingsError('bad-selection', unknownScenario(scenario));
  const row = scenarioOf(scenario);
  const { calls, rate } = steered(wish, row);
  const mix = mixOf(wish, row);
  const durationSeconds = wish.durationSeconds ?? row.durationSeconds;
  const wished = limitsOf([], wish.objectives ?? []).find(({ measure }) => measure.startsWith('target.'));
  if (wished !== undefined && target !== undefined && target.metrics === undefined)
    throw new SettingsError(
      'bad-option',
      `${wished.measure} cannot be measured: the target file of ${target.name} names no metrics.url.`,
    );
  const limits = limitsOf(row.objectives, wish.objectives ?? []).filter(({ measure }) => {
    if (measure === 'target.growing' && durationSeconds < GROWTH_SECONDS) return false;
    // What the target does not tell cannot be held against it.
    return !measure.startsWith('target.') || target === undefined || target.metrics !== undefined;
  });
  return {
    row,
    mix,
    limits,
    setting: {
      ...(calls !== undefined && { calls }),
      ...(rate !== undefined && { rate }),
      durationSeconds,
      rampSeconds: wish.rampSeconds ?? row.rampSeconds,
      talkSeconds: wish.talkSeconds ?? row.talkSeconds,
      ...(Object.keys(mix).length > 1 && { mix }),
      ...(wish.segment !== undefined && { segment: wish.segment }),
      ...(wish.segmentSequence !== undefined && { segmentSequence: wish.segmentSequence }),
    },
  };
}

/** Names all there are, and the one that was most likely meant. */
export function unknownScenario(name: string): string {
  if (name === 'capacity')
    return 'capacity is a command of its own: `mediaservice-load capacity`, or make load SCENARIO=capacity.';
  if (name === 'compare')
    return 'compare is a command of its own: `mediaservice-load compare` ivr --target one.yaml --target other.yaml.';
  const meant = nearest(name, [...scenarioNames, 'capacity']);
  return `There is no scenario ${name}; there are ${scenarioNames.join(', ')}, and capacity, which looks for the most that hold.${meant === undefined ? '' : ` Was ${meant} meant?`}`;
}

function steered(wish: RunWish, row: ScenarioRow): { readonly calls?: number; readonly rate?: number } {
  if (wish.calls !== undefined && wish.rate !== undefined)
    throw new SettingsError('bad-option', 'Calls at once and calls a second are two ways to steer: name one of them.');
  if (wish.rate !== undefined) return { rate: wish.rate };
  if (wish.calls !== undefined) {
    if (row.burst !== undefined)
      throw new SettingsError('bad-option', 'A spike is steered by its rate: name calls a second, not calls at once.');
    return { calls: wish.calls };
  }
  return { ...(row.calls !== undefined && { calls: row.calls }), ...(row.rate !== undefined && { rate: row.rate }) };
}

function mixOf({ mix, scenario }: RunWish, row: ScenarioRow): Mix {
  if (mix === undefined) return row.mix;
  if (Object.keys(row.mix).length === 1)
    throw new SettingsError(
      'bad-option',
      `A mix is for the scenarios mixed and soak; ${scenario} is made of one kind.`,
    );
  const entries = Object.entries(mix);
  for (const [name] of entries) {
    if (isFlow(name) && name !== 'rest') continue;
    const known = flows.filter((flow) => flow !== 'rest');
    const meant = nearest(name, known);
    throw new SettingsError(
      'bad-option',
      `${name} cannot be part of a mix; ${known.join(', ')} can.${meant === undefined ? '' : ` Was ${meant} meant?`}`,
    );
  }
  const sum = entries.reduce((all, [, share]) => all + share, 0);
  if (!(sum > 0)) throw new SettingsError('bad-option', 'The shares of a mix must be more than 0 in sum.');
  return Object.fromEntries(entries.map(([name, share]) => [name, share / sum]));
}
