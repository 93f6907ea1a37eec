import { expect, it } from 'vitest';
import { planOf } from './plan.ts';
import { scenarioNames, scenarioOf } from './scenarios.ts';
import type { RunWish } from './types.ts';

it.each(scenarioNames)('%s needs no wish', (scenario) => {
  const { setting, limits, mix } = planOf({ scenario });
  expect((setting.calls ?? 0) + (setting.rate ?? 0)).toBeGreaterThan(0);
  expect(limits.length).toBeGreaterThan(0);
  expect(Object.values(mix).reduce((sum, share) => sum + (share ?? 0), 0)).toBeCloseTo(1);
});

it.each<readonly [string, RunWish, RegExp]>([
  ['a slip of the pen', { scenario: 'irv' }, /no scenario irv; there are ivr, bridge, .*\. Was ivr meant\?/],
  ['a name far from all', { scenario: 'telegraph' }, /no scenario telegraph; there are [^?]*$/],
  ['a command: compare', { scenario: 'compare' }, /compare is a command of its own: `mediaservice-load compare`/],
  ['a command: capacity', { scenario: 'capacity' }, /capacity is a command .* make load SCENARIO=capacity/],
  ['two ways to steer', { scenario: 'ivr', calls: 1, rate: 1 }, /name one of them/],
  ['a spike of calls at once', { scenario: 'spike', calls: 5 }, /steered by its rate/],
  ['a mix of one kind', { scenario: 'ivr', mix: { ivr: 1 } }, /for the scenarios mixed and soak/],
  ['a mix with what is no call', { scenario: 'mixed', mix: { rest: 1 } }, /rest cannot be part of a mix/],
  ['a mix with a slip', { scenario: 'mixed', mix: { brige: 1 } }, /Was bridge meant\?/],
  ['a mix of nothing', { scenario: 'mixed', mix: { ivr: 0 } }, /more than 0/],
])('refuses %s', (_name, wish, said) => {
  expect(() => planOf(wish)).toThrow(said);
});

it('takes shares of any sum', () => {
  expect(planOf({ scenario: 'mixed', mix: { ivr: 30, bridge: 10 } }).mix).toEqual({ ivr: 0.75, bridge: 0.25 });
});

it('holds nothing against a target that it does not tell', () => {
  const silent = planOf({ scenario: 'soak' }, { name: 'x' });
  expect(silent.limits.filter(({ measure }) => measure.startsWith('target.'))).toEqual([]);
  const metrics = { url: 'http://127.0.0.1:1/metrics', atRest: [], settling: [], withinMs: 1 };
  const telling = planOf({ scenario: 'soak' }, { name: 'x', metrics });
  expect(telling.limits.map(({ measure }) => measure)).toContain('target.growing');
  // What is too short to tell growth is not held to it.
  const short = planOf({ scenario: 'soak', durationSeconds: 30 }, { name: 'x', metrics });
  expect(short.limits.map(({ measure }) => measure)).not.toContain('target.growing');
});

it('a rate takes the place of the calls at once that are usual', () => {
  expect(planOf({ scenario: 'ivr', rate: 7 }).setting).toMatchObject({ rate: 7 });
  expect(planOf({ scenario: 'ivr', rate: 7 }).setting).not.toHaveProperty('calls');
  expect(scenarioOf('ivr').calls).toBe(100);
});
