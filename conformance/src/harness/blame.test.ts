import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { caller } from '../drivers/sipp/scenario.ts';
import type { Answering } from '../drivers/webhook-sink/types.ts';
import { createHarness } from './harness.ts';
import { runScenario } from './scenario.ts';
import { type Faults, fakeTarget } from './testing/fake-target.ts';
import type { ScenarioMeta, ScenarioOutcome, TestContext } from './types.ts';

const meta: ScenarioMeta = {
  ...{ id: 'blame/whose', title: 'Whose fault is it', area: 'blame', requirements: ['slug'], needs: {} },
  timeoutMs: 3000,
};
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function outcomeOf(
  faults: Faults,
  run: (ctx: TestContext) => Promise<void>,
  scenario = meta,
): Promise<ScenarioOutcome> {
  const fake = await fakeTarget(faults);
  closers.push(fake.close);
  const evidenceDir = await mkdtemp(join(tmpdir(), 'mediaservice-test-'));
  closers.push(() => rm(evidenceDir, { recursive: true, force: true }));
  const harness = await createHarness({
    target: fake.target,
    runner: 'local',
    environment: surroundings(process.env),
    epoch: Date.now(),
    evidenceDir,
  });
  closers.push(() => harness.close());
  return runScenario(scenario, harness, run);
}

const refused = async (ctx: TestContext, answer: Answering = { action: 'drop' }): Promise<void> => {
  ctx.webhooks.on('newCall', answer);
  const call = await ctx.call({ expectStatus: 603 });
  await call.ended;
  await ctx.webhooks.next('sessionCompleted');
};

describe('a body that breaks the schema is held against whoever wrote it', () => {
  it.each([
    [
      'callback of the target',
      { wrongType: true },
      refused,
      'fail',
      'newCall: the request … /body/copyHeaders',
      'target',
    ],
    [
      'answer of our application',
      {},
      (ctx: TestContext) => refused(ctx, { action: 5 }),
      'harness-error',
      'newCall: the response … /body/action',
      'application',
    ],
    [
      'request of ours',
      {},
      async (ctx: TestContext) => void (await ctx.rest.send('hangupcall', { replyId: 5 })),
      'harness-error',
      'hangupcall: the request … /body/replyId',
      'harness',
    ],
    [
      'answer of the target',
      { wrongReply: true },
      async (ctx: TestContext) => void (await ctx.rest.call('hangupCall', { replyId: 'r' })),
      'fail',
      'hangupcall: the response … /body/success',
      'target',
    ],
  ] as const)('%s', async (_, faults, run, verdict, text, culprit) => {
    const outcome = await outcomeOf(faults, run);
    expect(outcome.verdict).toBe(verdict);
    const [what = '', where = ''] = text.split(' … ');
    expect(outcome.reasons[0]?.text).toContain(`${what} breaks the specification at ${where}: `);
    expect(outcome.reasons[0]?.text).toContain(`(fault of the ${culprit})`);
  });

  it('and nobody is blamed when all is well', async () => {
    const outcome = await outcomeOf({}, async (ctx) => {
      await refused(ctx);
      await ctx.rest.call('hangupCall', { replyId: 'r' });
    });
    expect(outcome).toMatchObject({ verdict: 'pass', reasons: [] });
  });
});

describe('what was waited for in vain is held against what the scenario had still to show', () => {
  const two = { ...meta, requirements: ['slug', 'other'] };
  const wait = (ctx: TestContext) => ctx.webhooks.next('callNotify', { within: 10 });

  it.each([
    { name: 'nothing was shown', shown: [], blamed: ['slug', 'other'] },
    { name: 'one was shown', shown: ['slug'], blamed: ['other'] },
    { name: 'all were shown', shown: ['slug', 'other'], blamed: ['slug', 'other'] },
  ])('when $name', async ({ shown, blamed }) => {
    const run = async (ctx: TestContext): Promise<void> => {
      for (const slug of shown) ctx.expect(slug, 'one', 1, { equals: 1 });
      await wait(ctx);
    };
    const outcome = await outcomeOf({}, run, two);
    expect(outcome.verdict).toBe('fail');
    const text = 'No callNotify callback within 0.01 s; callbacks so far: none at all';
    expect(outcome.reasons).toEqual([{ text, requirements: blamed }]);
  });

  it('of several requirements with one expectation each is broken', async () => {
    const run = async (ctx: TestContext): Promise<void> =>
      void ctx.expect(['slug', 'other'], 'order', ['b', 'a'], { equals: ['a', 'b'] });
    const outcome = await outcomeOf({}, run, two);
    expect(outcome).toMatchObject({ verdict: 'fail', broken: ['slug', 'other'] });
    expect(outcome.reasons.map(({ requirement }) => requirement)).toEqual(['slug']);
  });

  it('and a tool that broke blames none', async () => {
    const { reasons } = await outcomeOf({}, () => Promise.reject(new TypeError('no function')), two);
    expect(reasons).toEqual([{ text: 'no function' }]);
  });
});

describe('a tool that broke is not held against the target', () => {
  it.each([
    ['a scenario that SIPp cannot read', '<nonsense/>', /Leg caller/],
    ['a keyword that SIPp does not know', '<send><![CDATA[[no_such_keyword]]]></send>', /no_such_keyword/],
  ])('%s', async (_, xml, text) => {
    const outcome = await outcomeOf({}, async (ctx) => {
      const call = await ctx.call({ scenario: caller('t').raw(xml).source() });
      await call.established;
    });
    expect(outcome.reasons[0]?.text).toMatch(text);
    expect(outcome.verdict).toBe('harness-error');
  });

  it('what fails after it neither', async () => {
    const outcome = await outcomeOf({}, async (ctx) => {
      await refused(ctx, { action: 5 });
      ctx.expect('slug', 'colour', 'red', { equals: 'blue' });
    });
    expect(outcome.verdict).toBe('harness-error');
    expect(outcome.reasons.map(({ text }) => text)).toContain('colour: expected "blue", came "red"');
  });
});
