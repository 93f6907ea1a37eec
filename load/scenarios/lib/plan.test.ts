import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scenarioNames, scenarioOf } from '../../src/run/scenarios.ts';
import { isScored, plan } from './plan.ts';

const steering = { rampSeconds: 2, durationSeconds: 10, talkSeconds: 5 };

it('shares calls at once out among the kinds of a mix', () => {
  const { scenarios } = plan({ mix: { ivr: 0.75, bridge: 0.25 }, steering: { ...steering, calls: 20 }, generator: '' });
  expect(scenarios?.ivr).toMatchObject({
    executor: 'ramping-vus',
    stages: [
      { duration: '2000ms', target: 15 },
      { duration: '10000ms', target: 15 },
    ],
  });
  expect(scenarios?.bridge).toMatchObject({ stages: [{ target: 5 }, { target: 5 }] });
});

const mixed = { ivr: 0.5, bridge: 0.25, outbound: 0.15, impatient: 0.1 };
it.each([
  [
    'as many as were asked for, where each share would be rounded up',
    mixed,
    6,
    { ivr: 3, bridge: 1, outbound: 1, impatient: 1 },
  ],
  [
    'as many as were asked for, where each would be rounded down',
    { ivr: 0.7, bridge: 0.1, outbound: 0.1, churn: 0.1 },
    4,
    { ivr: 3, bridge: 1 },
  ],
  ['all of one kind', { churn: 1 }, 7, { churn: 7 }],
  ['whole shares as they are', mixed, 100, { ivr: 50, bridge: 25, outbound: 15, impatient: 10 }],
  ['thirds', { ivr: 1 / 3, bridge: 1 / 3, churn: 1 / 3 }, 100, { ivr: 34, bridge: 33, churn: 33 }],
])('at once are %s', (_name, mix, calls, wanted) => {
  const { lateness: _users, ...kinds } = plan({ mix, steering: { ...steering, calls }, generator: '' }).scenarios ?? {};
  const targets = Object.entries(kinds).map(([flow, kind]) => [flow, 'stages' in kind && kind.stages?.at(-1)?.target]);
  expect(Object.fromEntries(targets)).toEqual(wanted);
});

it('begins as many calls a minute as were asked for, whatever the kinds', () => {
  const thirds = { ivr: 1 / 3, bridge: 1 / 3, churn: 1 / 3 };
  const { scenarios } = plan({ mix: thirds, steering: { ...steering, rate: 1 / 6 }, generator: '' });
  const targets = [scenarios?.ivr, scenarios?.bridge, scenarios?.churn].map(
    (kind) => kind !== undefined && 'stages' in kind && kind.stages?.at(-1)?.target,
  );
  expect(targets).toEqual([4, 3, 3]);
});

it('sets aside the users that a rate needs', () => {
  const { scenarios } = plan({ mix: { churn: 1 }, steering: { ...steering, rate: 1.5 }, generator: '' });
  expect(scenarios?.churn).toMatchObject({
    executor: 'ramping-arrival-rate',
    timeUnit: '1m',
    preAllocatedVUs: 19,
    stages: [{ target: 90 }, { target: 90 }],
  });
});

it('has a burst in the middle third', () => {
  const { scenarios } = plan({
    mix: { ivr: 1 },
    steering: { ...steering, durationSeconds: 9, rate: 1, burst: 4 },
    generator: '',
  });
  expect(scenarios?.ivr).toMatchObject({
    startRate: 60,
    stages: [
      { duration: '3000ms', target: 60 },
      { target: 240 },
      { duration: '3000ms', target: 240 },
      { target: 60 },
      { duration: '3000ms', target: 60 },
    ],
  });
});

it('always looks how late the generator itself is', () => {
  const { scenarios } = plan({ mix: { rest: 1 }, steering: { ...steering, calls: 1 }, generator: '' });
  expect(scenarios?.lateness).toMatchObject({ exec: 'lateness', vus: 1, duration: '12000ms' });
});

it.each(scenarioNames)('the script of %s has all that its plan calls', (name) => {
  const text = readFileSync(new URL(`../${name}.ts`, import.meta.url), 'utf8');
  const exported = [...text.matchAll(/export \{([^}]*)\} from/g)].flatMap(([, names = '']) =>
    names.split(',').map((one) => one.trim()),
  );
  const wanted =
    name === 'mixed' || name === 'soak' ? ['ivr', 'bridge', 'outbound', 'remote', 'impatient', 'churn'] : [];
  expect(exported).toEqual(expect.arrayContaining([...Object.keys(scenarioOf(name).mix), ...wanted, 'lateness']));
});

it.each([
  ['of all users', 100, 1, 100],
  ['of nobody', 100, 0, 0],
  ['of a tenth', 100, 0.1, 12],
  ['of a tenth of few', 8, 0.1, 2],
])('scores calls %s', (_name, users, share, wanted) => {
  const scored = Array.from({ length: users }, (_, i) => isScored(i + 1, share));
  expect(scored.filter(Boolean)).toHaveLength(wanted);
});
