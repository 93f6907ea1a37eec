import { expect, it } from 'vitest';
import type { ScenarioOutcome, Verdict } from '../harness/types.ts';
import { drive, limitFor } from './drive.ts';
import type { MutantResult, Told } from './orders.ts';
import type { Scenario, Stack } from './stack.ts';
import { Interceptor } from './wires/interceptor.ts';

const scenarioOf = (alone: boolean): Scenario => ({
  meta: { id: 'a/b', title: 't', area: 'a', requirements: ['one'], needs: {}, alone },
  run: () => Promise.resolve(),
  patient: false,
});

const outcomeOf = ({ meta }: Scenario, verdict: Verdict): ScenarioOutcome => ({
  ...{ meta, verdict, reasons: verdict === 'fail' ? [{ requirement: 'one', text: 'x' }] : [] },
  ...{ shown: [], broken: [], warned: [], timeline: [], artifacts: [], startedAt: 0, endedAt: 1 },
  observed: { calls: 1, sipMessages: 1, rtpPacketsReceived: 0, rtpPacketsSent: 0, callbacks: 0, restExchanges: 0 },
});

/** A stack on which a mutated scenario ends so, one run after the other; unmutated it passes. */
const stackOf = (verdicts: Verdict[]): Stack => ({
  run: (scenario) =>
    Promise.resolve({ outcome: outcomeOf(scenario, verdicts.shift() ?? 'pass'), applied: 1, first: 'GET /' }),
  beside: (scenario) => Promise.resolve(outcomeOf(scenario, 'pass')),
  interceptor: new Interceptor(),
  atRest: () => Promise.resolve(true),
  stop: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

it.each<readonly [string, boolean, Verdict[], MutantResult['state']]>([
  ['is asked again', false, ['inconclusive', 'fail'], 'killed'],
  ['is asked a third time', false, ['inconclusive', 'inconclusive', 'fail'], 'killed'],
  ['is asked a sixth time', false, [...Array<Verdict>(5).fill('inconclusive'), 'fail'], 'killed'],
  ['is asked again where its scenario wants to be alone', true, ['inconclusive', 'fail'], 'killed'],
  ['has survived in the end', false, [...Array<Verdict>(6).fill('inconclusive'), 'fail'], 'survived'],
  ['has survived where nothing was noticed, and is not asked again', false, ['pass', 'fail'], 'survived'],
])('a mutant of which a busy machine leaves nothing to say %s', async (_, alone, verdicts, state) => {
  const scenario = scenarioOf(alone);
  const told: Told[] = [];
  await drive([{ id: 'a/m', title: 't', requirements: ['one'], rewrites: [] }], {
    stacks: [stackOf([...verdicts])],
    scenarios: new Map([[scenario.meta.id, scenario]]),
    tell: (one) => void told.push(one),
    restart: () => Promise.resolve(),
    stopped: () => false,
  });
  expect(told.filter((one) => one.kind === 'mutant').map(({ result }) => result.state)).toEqual([state]);
});

it('cuts off a scenario that a mutant keeps waiting, unless it wants to be alone', () => {
  expect(limitFor(500, false)).toBe(10_500);
  expect(limitFor(24_000, true)).toBe(Number.POSITIVE_INFINITY);
});
