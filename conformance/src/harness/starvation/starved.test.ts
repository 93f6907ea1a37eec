/** The suite is really held up here, for a bounded time: the worker computes and does nothing else meanwhile. */
import { afterEach, describe, expect, it } from 'vitest';
import { surroundings } from '../../drivers/sipp/launcher.ts';
import { between, inAnyCase } from '../../scenarios/support/expected.ts';
import { theseTones } from '../../scenarios/support/heard.ts';
import { createHarness } from '../harness.ts';
import { runScenario } from '../scenario.ts';
import { type Faults, fakeTarget } from '../testing/fake-target.ts';
import type { ScenarioMeta, ScenarioOutcome, TestContext } from '../types.ts';
import { Holds } from './holds.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function outcomeOf(
  run: (ctx: TestContext) => Promise<void>,
  more: Partial<ScenarioMeta> = {},
  faults: Faults = {},
  busyMs = 1,
): Promise<ScenarioOutcome> {
  const fake = await fakeTarget(faults);
  closers.push(fake.close);
  const harness = await createHarness({
    target: fake.target,
    runner: 'local',
    environment: surroundings(process.env),
    epoch: Date.now(),
  });
  closers.push(() => harness.close());
  const meta = { id: 'starved/x', title: 'x', area: 'starved', requirements: ['slug'], needs: {} };
  // How many others use this machine is no matter here; and where nothing is to be held up, nothing was.
  const holds = busyMs > 0 ? harness.starvation.holds : new Holds();
  const alone = { ...harness, starvation: { holds, crowd: () => undefined } };
  return runScenario({ ...meta, timeoutMs: 5000, ...more }, alone, run);
}

/** Holds this thread up, after the timers had a turn. */
async function compute(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60));
  const end = performance.now() + ms;
  while (performance.now() < end);
  await new Promise((resolve) => setTimeout(resolve, 60));
}

const waiting = async (ctx: TestContext, busyMs: number): Promise<void> => {
  const coming = ctx.webhooks.next('newCall', { within: 900 });
  if (busyMs > 0) await compute(busyMs);
  await coming;
};
const measured = async (ctx: TestContext, busyMs: number): Promise<void> => {
  const from = ctx.harness.clock.now();
  await compute(busyMs);
  ctx.expect('slug', 'ms from here to there', ctx.harness.clock.now() - from, between(0, 160));
};
const valued = async (ctx: TestContext, busyMs: number): Promise<void> => {
  if (busyMs > 0) await compute(busyMs);
  ctx.expect('slug', 'digits', '442', { equals: '42' });
};
const forbidden = async (ctx: TestContext, busyMs: number): Promise<void> => {
  await compute(busyMs);
  const none = inAnyCase('none', (count: number) => count === 0);
  ctx.expect('slug', 'INVITEs to whom nobody may call', 1, none);
};

const tones = async (ctx: TestContext, busyMs: number): Promise<void> => {
  await compute(busyMs);
  ctx.expect('slug', 'heard, Hz', [650, 650], theseTones(650));
};

describe('what failed while the suite was held up', () => {
  it.each([
    ['a wait that ran out, awake', waiting, 0, {}, 'fail', /^No newCall callback within 0\.9 s/],
    [
      'a wait that was slept through',
      waiting,
      400,
      {},
      'inconclusive',
      /worker for ([3-9]\d\d|\d{4}) ms of the 900 ms/,
    ],
    [
      'a moment that was missed by no more',
      measured,
      400,
      {},
      'inconclusive',
      /worker ([3-9]\d\d|\d{4}) ms.*where \d+ ms explain what came/,
    ],
    ['a value', valued, 400, {}, 'fail', /^digits: expected '42'|^digits: expected "42"/],
    ['a value that bears less', valued, 400, { bearsMs: 200 }, 'inconclusive', /from 200 ms on/],
    ['a value of an area against the clock', valued, 400, { area: 'dtmf' }, 'inconclusive', /from 300 ms on/],
    ['a value that no lateness brings about', forbidden, 400, { area: 'dtmf' }, 'fail', /^INVITEs to whom/],
    ['a value that says what it bears', tones, 400, {}, 'inconclusive', /from 30 ms on/],
    [
      'a tone that was cut while the machine stood still for two packets',
      tones,
      60,
      {},
      'inconclusive',
      /from 30 ms on/,
    ],
    ['and in time', valued, 0, { area: 'dtmf' }, 'fail', /^digits/],
  ] as const)('%s', async (_name, run, busyMs, more, verdict, words) => {
    const { verdict: came, reasons } = await outcomeOf((ctx) => run(ctx, busyMs), more, {}, busyMs);
    expect({ came, first: reasons[0]?.text }).toEqual({ came: verdict, first: expect.stringMatching(words) });
  });

  it.each([
    ['held up', 400, 'inconclusive', /worker/],
    ['in time', 0, 'warning', /^slug should hold, but does not$/],
  ] as const)('what only should hold was missed by a suite that was %s', async (_name, busyMs, verdict, words) => {
    const run = async (ctx: TestContext): Promise<void> => {
      const from = ctx.harness.clock.now() - (busyMs > 0 ? 0 : 200);
      if (busyMs > 0) await compute(busyMs);
      ctx.should('slug', 'ms from here to there', ctx.harness.clock.now() - from, between(0, 160));
    };
    const { verdict: came, reasons } = await outcomeOf(run, {}, {}, busyMs);
    expect({ came, first: reasons[0]?.text }).toEqual({ came: verdict, first: expect.stringMatching(words) });
  });

  it('tells first what was measured, then what failed', async () => {
    const { reasons } = await outcomeOf((ctx) => waiting(ctx, 400));
    expect(reasons.map(({ text }) => text.split(/[ :]/, 2).join(' '))).toEqual(['The suite', 'No newCall']);
  });

  it('stays a failure beside a fault that has nothing to do with time', async () => {
    const outcome = await outcomeOf(
      async (ctx) => {
        ctx.webhooks.on('newCall', { action: 'drop' });
        const call = await ctx.call({ expectStatus: 603 });
        await call.ended;
        await waiting(ctx, 1).catch(() => {});
        await ctx.webhooks.next('callEvent', { within: 100 }).catch(() => {});
        await measured(ctx, 400);
      },
      {},
      { wrongType: true },
    );
    expect(outcome.verdict).toBe('fail');
    expect(outcome.reasons.map(({ text }) => text).join('; ')).toMatch(/breaks the specification/);
  });
});
