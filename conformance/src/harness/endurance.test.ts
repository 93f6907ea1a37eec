/** The judging of a crowd can fail: a few calls, and targets that leave something behind. */
import { afterEach, describe, expect, it } from 'vitest';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { hangsUp, inIvr, inTurn, refused } from '../scenarios/endurance/courses.ts';
import { judgeCrowd } from '../scenarios/endurance/judge.ts';
import { drop, waiting } from '../scenarios/support/answers.ts';
import { createHarness } from './harness.ts';
import { runScenario } from './scenario.ts';
import { type Faults, fakeTarget } from './testing/fake-target.ts';
import type { ScenarioMeta, ScenarioOutcome } from './types.ts';

const meta: ScenarioMeta = {
  id: 'endurance/few',
  title: 'A few calls leave nothing behind',
  area: 'endurance',
  requirements: ['endurance-nothing-left'],
  needs: {},
};
const kinds = [
  { name: 'refused', calls: 4, course: refused(inTurn([drop()]), 603) },
  { name: 'left', calls: 3, course: inIvr(() => waiting(), hangsUp) },
];

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function judged(faults: Faults, calls = 7): Promise<ScenarioOutcome> {
  const fake = await fakeTarget(faults);
  closers.push(fake.close);
  const environment = surroundings(process.env);
  const harness = await createHarness({ target: fake.target, runner: 'local', environment, epoch: Date.now() });
  closers.push(() => harness.close());
  return runScenario(meta, harness, (ctx) => judgeCrowd(ctx, { calls, seconds: 1, surround: (use) => use(kinds) }));
}

describe('a crowd of calls', () => {
  it('leaves nothing behind on a target that is right', async () => {
    const { verdict, reasons, shown } = await judged({});
    expect({ verdict, reasons }).toEqual({ verdict: 'pass', reasons: [] });
    expect(shown).toEqual([
      ...['endurance-completed-once', 'endurance-calls-end-as-told'],
      ...['endurance-counted', 'endurance-nothing-left', 'endurance-settles'],
    ]);
  });

  it.each<[string, Faults, string, RegExp]>([
    ['a gauge that stays up', { leaky: true }, 'endurance-nothing-left', /came \[ 'fake_calls is 3, not 0' \]/],
    [
      'a connection that is never closed',
      { clinging: true },
      'endurance-settles',
      /came \[ 'fake_sockets is 1, not 0' \]/,
    ],
    [
      'two ends of one session',
      { stammering: true },
      'endurance-completed-once',
      /left: session \S+ had newCall, sess/,
    ],
    [
      'calls that are not counted',
      { miscounting: true },
      'endurance-counted',
      /rise of fake_began: expected a number from 7 to 7, came 3/,
    ],
  ])('is told by %s', async (_, faults, requirement, text) => {
    const { verdict, reasons } = await judged(faults);
    expect(verdict).toBe('fail');
    expect(reasons).toContainEqual({ requirement, text: expect.stringMatching(text) });
  });

  it('is told by calls that end otherwise than they should', async () => {
    const fake = await fakeTarget();
    closers.push(fake.close);
    const environment = surroundings(process.env);
    const harness = await createHarness({ target: fake.target, runner: 'local', environment, epoch: Date.now() });
    closers.push(() => harness.close());
    const busy = [{ name: 'busy', calls: 2, course: refused(inTurn([drop('busy')]), 486) }];
    const { reasons } = await runScenario(meta, harness, (ctx) =>
      judgeCrowd(ctx, { calls: 2, seconds: 1, surround: (use) => use(busy) }),
    );
    expect(reasons[0]).toMatchObject({
      requirement: 'endurance-calls-end-as-told',
      text: expect.stringMatching(/busy: Leg busy-caller: SIPp counted 2 of 2 calls, 0 successful, 2 failed/),
    });
  });
});
