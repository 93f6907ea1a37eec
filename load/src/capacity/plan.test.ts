import { expect, it } from 'vitest';
import { capacityPlan, runWish, stepSeconds } from './plan.ts';

it('steers bridge by calls at once, and lets as many begin on the way up as later', () => {
  const plan = capacityPlan('bridge', { talkSeconds: 12 });
  expect(plan).toMatchObject({ steeredBy: 'calls', setting: { start: 50, rampSeconds: 12, talkSeconds: 12 } });
  expect(runWish(plan, { load: 137, purpose: 'bisection' })).toEqual({
    ...{ scenario: 'bridge', calls: 137, rampSeconds: 12, talkSeconds: 12, durationSeconds: 15 },
    objectives: ['calls.atOnce>=123'],
  });
});

it('steers churn by calls a second', () => {
  const plan = capacityPlan('churn', { objectives: ['setup.p95<=100'] });
  expect(plan.steeredBy).toBe('rate');
  expect(runWish(plan, { load: 200, purpose: 'doubling' })).toMatchObject({
    rate: 200,
    objectives: ['setup.p95<=100'],
  });
});

it('confirms for longer', () => {
  const plan = capacityPlan('ivr', { durationSeconds: 10 });
  expect(runWish(plan, { load: 100, purpose: 'confirmation' }).durationSeconds).toBe(20);
  expect(stepSeconds(plan, true) - stepSeconds(plan)).toBe(10);
});

it('starts no higher than its bound', () => {
  expect(capacityPlan('ivr', { most: 20 }).setting).toMatchObject({ start: 20, most: 20 });
});

it.each([
  ['a scenario that is not steady', 'spike', {}, /spike has no capacity/],
  ['a scenario of hours', 'soak', {}, /soak has no capacity/],
  ['a slip of the pen', 'brigde', {}, /Was bridge meant\?/],
  ['a start above the bound', 'ivr', { start: 200, most: 100 }, /above its bound of 100/],
  ['a resolution that resolves nothing', 'ivr', { resolution: 0.6 }, /below one half/],
  ['an objective of nothing', 'ivr', { objectives: ['setup<=1'] }, /There is no measure setup/],
] as const)('refuses %s', (_name, scenario, wish, said) => {
  expect(() => capacityPlan(scenario, wish)).toThrow(said);
});
