import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { createHarness, numberTaker } from './harness.ts';
import { parseMetrics } from './metrics.ts';
import { runScenario } from './scenario.ts';
import { Holds } from './starvation/holds.ts';
import { type FakeTarget, type Faults, fakeTarget } from './testing/fake-target.ts';
import type { Harness, ScenarioMeta, ScenarioOutcome, TestContext } from './types.ts';

const meta: ScenarioMeta = {
  id: 'ivr/plays',
  title: 'An answered call hears a tone',
  area: 'ivr',
  requirements: ['slug'],
  needs: { call: true, rtp: true, webhook: true },
  timeoutMs: 5000,
};
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function harnessOn(
  faults: Faults = {},
  atRest = 0,
  judged?: readonly string[],
): Promise<{ harness: Harness; evidenceDir: string; fake: FakeTarget }> {
  const fake = await fakeTarget(faults, atRest);
  closers.push(fake.close);
  const evidenceDir = await mkdtemp(join(tmpdir(), 'mediaservice-test-'));
  closers.push(() => rm(evidenceDir, { recursive: true, force: true }));
  const harness = await createHarness({
    target: fake.target,
    runner: 'local',
    environment: surroundings(process.env),
    epoch: Date.now(),
    evidenceDir,
    ...(judged && { judged }),
  });
  closers.push(() => harness.close());
  return { harness: { ...harness, starvation: awake }, evidenceDir, fake };
}

/** What becomes of a verdict on a machine that is busy is not judged here, but in `starvation/`. */
const awake: Harness['starvation'] = { holds: new Holds(), crowd: () => undefined };

const plays = async (ctx: TestContext): Promise<void> => {
  ctx.webhooks.on('newCall', { action: 'ivr' });
  const call = await ctx.call();
  await call.established;
  const newCall = await ctx.webhooks.next('newCall');
  ctx.expect('slug', 'calledParty of newCall', newCall.body.calledParty, { equals: ctx.number });
  const heard = await call.rtp.waitForTone(440, 200, 3000);
  ctx.expect('tone', 'level', heard.levelDb, { that: 'about -16 dBov', holds: (level) => Math.abs(level + 16) < 1 });
  await call.hangup();
};

const texts = (outcome: ScenarioOutcome): string[] => outcome.reasons.map((reason) => reason.text);

describe('a scenario against a target that is right', () => {
  it('passes, and leaves one ladder of SIP, callbacks, RTP and expectations', async () => {
    const { harness, evidenceDir } = await harnessOn();
    const outcome = await runScenario(meta, harness, plays);
    expect(texts(outcome)).toEqual([]);
    expect(outcome).toMatchObject({ verdict: 'pass', shown: ['slug', 'tone'], broken: [] });
    expect(outcome.observed).toMatchObject({ calls: 1, callbacks: 2, restExchanges: 0 });
    expect(outcome.observed.rtpPacketsReceived).toBeGreaterThan(9);
    expect(outcome.observed.rtpPacketsSent).toBeGreaterThan(0);
    const ladder = outcome.timeline.filter(({ kind }) => kind !== 'rtp' && kind !== 'expect');
    const answers = ['100 Trying (INVITE)', '200 OK (BYE)'];
    expect(ladder.filter(({ kind }) => kind === 'sip').map(({ summary }) => summary)).toEqual([
      'INVITE',
      '100 Trying (INVITE)',
      '200 OK (INVITE)',
      'ACK',
      'BYE',
      '200 OK (BYE)',
    ]);
    // When an answer to SIPp and the callback after it come is up to two processes: either may be first.
    expect(ladder.map(({ summary }) => summary).filter((summary) => !answers.includes(summary))).toEqual([
      'INVITE',
      'newCall → ivr',
      '200 OK (INVITE)',
      'ACK',
      'BYE',
      'sessionCompleted → 200',
    ]);
    expect(outcome.timeline.map((entry) => entry.at)).toEqual(
      outcome.timeline.map((entry) => entry.at).toSorted((a, b) => a - b),
    );
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
    expect(outcome.artifacts.map((one) => one.path)).toEqual(['ivr/plays/caller/messages.log', 'ivr/plays/caller.wav']);
    const [log, audio] = await Promise.all(
      outcome.artifacts.map((one) => readFile(join(evidenceDir, one.path), 'latin1')),
    );
    expect(log).toContain('INVITE sip:');
    expect(audio?.slice(0, 4)).toBe('RIFF');
    await harness.close();
    expect(harness.findings).toEqual([]);
  });

  it('is asked once for a call, however long it takes to answer', async () => {
    const { harness } = await harnessOn();
    const outcome = await runScenario(meta, harness, async (ctx) => {
      ctx.webhooks.on('newCall', { answer: { json: { action: 'ivr' }, delayMs: 600 } });
      const call = await ctx.call();
      await call.established;
      await call.hangup();
    });
    expect(outcome.timeline.filter(({ summary }) => summary === 'INVITE')).toHaveLength(1);
  });

  it('counts the calls of a scenario that has a socket of its own', async () => {
    const { harness } = await harnessOn();
    const outcome = await runScenario(meta, harness, async (ctx) => {
      const detail = { type: 'sip', leg: 'wire', callId: 'c', method: 'INVITE', raw: '' } as const;
      ctx.record({ kind: 'sip', from: 'wire', to: 'target', summary: 'INVITE', detail });
      ctx.record({ kind: 'sip', from: 'target', to: 'wire', summary: '200', detail: { ...detail, status: 200 } });
    });
    expect(outcome.observed).toMatchObject({ calls: 1, sipMessages: 2 });
  });

  it('runs beside others without mixing them up', async () => {
    const { harness } = await harnessOn();
    const refused = async (ctx: TestContext): Promise<void> => {
      ctx.webhooks.on('newCall', { action: 'drop' });
      const call = await ctx.call({ expectStatus: 603 });
      await call.ended;
      await ctx.webhooks.next('sessionCompleted');
      ctx.expect('slug', 'callbacks', ctx.webhooks.sequence(), { equals: ['newCall', 'sessionCompleted'] });
    };
    const outcomes = await Promise.all(
      [plays, refused, plays, refused, plays].map((run, i) => runScenario({ ...meta, id: `ivr/${i}` }, harness, run)),
    );
    expect(outcomes.map(texts)).toEqual([[], [], [], [], []]);
    expect(outcomes.map((one) => one.observed.calls)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('a run that judges some requirements only', () => {
  it('writes down what is expected for others, and holds nobody to it', async () => {
    const { harness } = await harnessOn({}, 0, ['slug']);
    const outcome = await runScenario({ ...meta, needs: {} }, harness, async (ctx) => {
      ctx.expect('other', 'colour', 'red', { equals: 'blue' });
      ctx.should('another', 'size', 1, { equals: 2 });
      ctx.expect('slug', 'taste', 'sweet', { equals: 'sweet' });
    });
    expect(outcome).toMatchObject({ verdict: 'pass', shown: ['slug'], broken: [], warned: [], reasons: [] });
    const notes = outcome.timeline.filter(({ kind }) => kind === 'note').map(({ summary }) => summary);
    expect(notes).toEqual([
      'colour: not as other says, which is not judged in this run',
      'size: not as another says, which is not judged in this run',
    ]);
  });

  it('still holds a target to those', async () => {
    const { harness } = await harnessOn({}, 0, ['slug']);
    const outcome = await runScenario({ ...meta, needs: {} }, harness, async (ctx) => {
      ctx.expect('slug', 'taste', 'sour', { equals: 'sweet' });
    });
    expect(outcome).toMatchObject({ verdict: 'fail', broken: ['slug'] });
  });

  it.each([
    ['a callback after the last one', { chatty: true }],
    ['RTP after the call', { talkative: true }],
  ] as const)('lets %s pass where no decision is judged', async (_, faults) => {
    const { harness } = await harnessOn(faults, 0, ['slug', 'tone']);
    expect(await runScenario(meta, harness, plays)).toMatchObject({ verdict: 'pass', reasons: [] });
  });
});

describe('a scenario tells', () => {
  it.each([
    [
      'a schema violation of the target',
      { wrongType: true },
      'fail',
      /^newCall: the request breaks the specification at \/body\/copyHeaders/,
    ],
    [
      'a callback after the last one',
      { chatty: true },
      'fail',
      /^After sessionCompleted of session \S+ came callNotify$/,
    ],
    [
      'RTP after the call',
      { talkative: true },
      'fail',
      /^After the call: RTP of caller: After 0\.6 s RTP still came \d+ ms ago$/,
    ],
  ] as const)('%s', async (_, faults, verdict, text) => {
    const { harness } = await harnessOn(faults);
    const outcome = await runScenario(meta, harness, plays);
    expect(outcome.verdict).toBe(verdict);
    expect(texts(outcome)).toContainEqual(expect.stringMatching(text));
  });

  it.each([
    [
      'a broken requirement, with both sides',
      async (ctx: TestContext) => void ctx.expect('slug', 'reason', 'a', { equals: 'b' }),
      'fail',
      'reason: expected "b", came "a"',
    ],
    [
      'a SHOULD that is missed',
      async (ctx: TestContext) => void ctx.should('slug', 'x', 1, { equals: 2 }),
      'warning',
      'slug should hold, but does not',
    ],
    [
      'a callback that did not come',
      async (ctx: TestContext) => void (await ctx.webhooks.next('newCall')),
      'fail',
      'No newCall callback within 0.4 s; callbacks so far: none at all',
    ],
    [
      'a scenario that is written wrongly',
      async () => {
        throw new TypeError('x is not a function');
      },
      'harness-error',
      'x is not a function',
    ],
    [
      'an answer of the application that nobody meant to be wrong',
      async (ctx: TestContext) => {
        ctx.webhooks.on('newCall', { action: 5 });
        const call = await ctx.call({ expectStatus: 603 });
        await call.ended;
      },
      'harness-error',
      expect.stringMatching(/^newCall: the response breaks the specification at \/body\/action/),
    ],
    [
      'a call that was left open',
      async (ctx: TestContext) => {
        ctx.webhooks.on('newCall', { action: 'ivr' });
        await (await ctx.call()).established;
      },
      'fail',
      'Leg caller was still open when the scenario was over',
    ],
    [
      'a call that was refused',
      async (ctx: TestContext) => {
        await (await ctx.call()).established;
      },
      'fail',
      'Leg caller was refused with 603 Decline',
    ],
  ] satisfies [string, (ctx: TestContext) => Promise<void>, string, unknown][])('%s', async (_, run, verdict, text) => {
    const { harness } = await harnessOn();
    const outcome = await runScenario(meta, harness, run);
    expect(texts(outcome)[0]).toEqual(text);
    expect(outcome.verdict).toBe(verdict);
  });

  it('that it took too long, and leaves nothing running', async () => {
    const { harness } = await harnessOn();
    const outcome = await runScenario({ ...meta, timeoutMs: 3000 }, harness, async (ctx) => {
      ctx.webhooks.on('newCall', { action: 'ivr' });
      await (await ctx.call({ timeoutMs: 5000 })).established;
      await new Promise(() => {});
    });
    expect(texts(outcome)[0]).toBe('The scenario was not over after 3 s');
    expect(outcome.timeline.map((entry) => entry.summary)).toContain('200 OK (BYE)');
  });
});

it('says goodbye in the name of a leg that is gone, so that no call is left', async () => {
  const { harness } = await harnessOn();
  const outcome = await runScenario(meta, harness, async (ctx) => {
    ctx.webhooks.on('newCall', { action: 'ivr' });
    const call = await ctx.call();
    await call.established;
    await call.sipp.kill();
    throw new Error('the scenario failed');
  });
  expect(outcome.timeline.map(({ summary }) => summary)).toContain(
    'Leg caller was gone in the middle of a call; in its name is sent: BYE',
  );
  await harness.close();
  expect(harness.findings).toEqual([]);
});

it('a wait that nobody looks at any more does not end the run', async () => {
  const { harness } = await harnessOn();
  const outcome = await runScenario(meta, harness, async (ctx) => {
    ctx.webhooks.on('newCall', { action: 'ivr' });
    const call = await ctx.call();
    await call.established;
    void call.rtp.waitForTone(999, 100, 50);
    void call.sipp.waitFor('INFO', (m) => m.method === 'INFO', 50);
    void ctx.webhooks.next('callAnswered', { within: 50 });
    await call.rtp.waitForPackets(10, 1000);
    ctx.expect('slug', 'x', 1, { equals: 2 });
  });
  expect(texts(outcome)).toEqual(['x: expected 2, came 1']);
});

describe('the harness', () => {
  it('tells of callbacks that belong to nobody, and of gauges that are not at rest', async () => {
    const { harness, fake } = await harnessOn({}, 2);
    await fetch(`${fake.target.callbacks.baseUrl}/sessionCompleted`, { method: 'POST', body: '{"sessionId":"lost"}' });
    await harness.close();
    expect(harness.findings.map(({ kind, text }) => [kind, text])).toEqual([
      ['unclaimed-callback', 'sessionCompleted belongs to no scenario: {"sessionId":"lost"}'],
      ['broken-callback', expect.stringMatching(/^sessionCompleted, which belongs .* content types/)],
      ['leftover', 'fake_calls is 2 when all scenarios are over, not 0'],
    ]);
  });

  it('tells where a callback that belongs to nobody breaks the specification, and only there', async () => {
    const { harness, fake } = await harnessOn({}, 0);
    const post = (path: string, body: unknown) =>
      fetch(`${fake.target.callbacks.baseUrl}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('callEvent', { a: [[1]] });
    await post('somethingElse', { a: [[1]] });
    await harness.close();
    const broken = harness.findings.filter(({ kind }) => kind === 'broken-callback').map(({ text }) => text);
    expect(broken.length).toBeGreaterThan(0);
    for (const text of broken)
      expect(text).toMatch(/^callEvent, which belongs to no scenario: the request breaks the specification at \//);
  });

  it('gives each number once, of the tenant that is asked for, and says when there are no more', () => {
    const numbers = { prefix: '+46', first: 8, last: 10 };
    const take = numberTaker({
      name: 't',
      numbers,
      tenants: { other: { domain: 'o', numbers: { ...numbers, prefix: '+47' } } },
    });
    expect([take(), take(), take('other'), take()]).toEqual(['+4608', '+4609', '+4708', '+4610']);
    expect(() => take()).toThrow('The target file of t has too few numbers: 3 are used up');
  });

  it('adds up metrics over labels', () => {
    expect([...parseMetrics('# HELP a x\na{l="1 2"} 3\na{l="2"} 4\nb 0\n')]).toEqual([
      ['a', 7],
      ['b', 0],
    ]);
  });
});
