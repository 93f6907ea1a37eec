import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { setAside } from '../evidence/attempts.ts';
import { asked, mostAttempts } from './asking.ts';
import { createHarness } from './harness.ts';
import { replayUntilJudged, runUntilJudged } from './scenario.ts';
import { Holds } from './starvation/holds.ts';
import { fakeTarget } from './testing/fake-target.ts';
import type { ScenarioMeta, ScenarioOutcome, TestContext, Verdict } from './types.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const outcome = (verdict: Verdict, startedAt = 0): ScenarioOutcome => ({
  ...{ verdict, startedAt, endedAt: startedAt + 5, shown: [], broken: [], warned: [], timeline: [], artifacts: [] },
  meta: { id: 'a/b', title: 'b', area: 'a', requirements: [], needs: {} },
  reasons: [{ text: `${verdict} ${startedAt}` }],
  observed: { calls: 0, sipMessages: 0, rtpPacketsReceived: 0, rtpPacketsSent: 0, callbacks: 0, restExchanges: 0 },
});

describe('a scenario that said nothing', () => {
  const afterwards = (verdicts: readonly Verdict[]): Promise<ScenarioOutcome> =>
    asked(
      async (attempt) => outcome(verdicts[attempt - 1] ?? 'untestable', attempt * 10),
      async (attempt) => attempt < mostAttempts,
    );

  it.each(['pass', 'fail', 'harness-error', 'warning'] as const)('is asked again until it is %s', async (verdict) => {
    expect(await afterwards(['inconclusive', verdict])).toEqual({
      ...outcome(verdict, 20),
      earlier: [{ reasons: [{ text: 'inconclusive 10' }], startedAt: 10, endedAt: 15 }],
    });
  });

  it.each(['pass', 'fail', 'harness-error', 'warning'] as const)(
    'is not asked twice when it is %s',
    async (verdict) => {
      expect(await afterwards([verdict, 'pass'])).toEqual(outcome(verdict, 10));
    },
  );

  it('stays so in the end', async () => {
    const { verdict, earlier } = await afterwards(['inconclusive', 'inconclusive', 'inconclusive', 'pass']);
    expect({ verdict, before: earlier?.map(({ startedAt }) => startedAt) }).toEqual({
      verdict: 'inconclusive',
      before: [10, 20],
    });
  });
});

describe('a scenario during which the suite was held up', () => {
  const meta: ScenarioMeta = {
    ...{ id: 'ivr/asked', title: 'x', area: 'ivr', requirements: ['slug'], needs: {}, timeoutMs: 5000 },
  };
  const stage = async () => {
    const fake = await fakeTarget({});
    closers.push(fake.close);
    const evidenceDir = await mkdtemp(join(tmpdir(), 'mediaservice-test-'));
    closers.push(() => rm(evidenceDir, { recursive: true, force: true }));
    const settings = {
      ...{ target: fake.target, runner: 'local' as const, environment: surroundings(process.env), epoch: Date.now() },
      evidenceDir,
    };
    const harness = await createHarness(settings);
    closers.push(() => harness.close());
    const holds = new Holds();
    return { harness: { ...harness, starvation: { holds, crowd: () => undefined } }, holds, settings, evidenceDir };
  };
  /** Says nothing the first `times`; `last` is what it sees then. */
  const heldUp = (holds: Holds, times: number, last: number) => {
    let run = 0;
    return async (ctx: TestContext): Promise<void> => {
      run += 1;
      if (run <= times) holds.note({ by: 'worker', at: ctx.harness.clock.now(), ms: 400 });
      const seen = run <= times ? 0 : last;
      ctx.expect('slug', 'what was seen', seen, { that: 'one', holds: (n) => n === 1, bearsMs: 100 });
    };
  };
  const told = ({ verdict, reasons, earlier, startedAt, endedAt }: ScenarioOutcome) => ({
    ...{ verdict, reasons, earlier, startedAt, endedAt },
  });

  it('is asked again, keeps the evidence of each attempt, and is judged again from all of them', async () => {
    const { harness, holds, settings, evidenceDir } = await stage();
    const ran = await runUntilJudged(meta, harness, heldUp(holds, 2, 1), new AbortController().signal);
    expect(ran.verdict).toBe('pass');
    expect(ran.earlier?.map(({ reasons }) => reasons[0]?.text)).toEqual([
      expect.stringMatching(/worker/),
      expect.stringMatching(/worker/),
    ]);
    expect((await readdir(join(evidenceDir, 'ivr'))).toSorted()).toEqual([
      'asked',
      'asked.attempt-1',
      'asked.attempt-2',
    ]);
    const again = await replayUntilJudged(meta, { ...settings, replay: evidenceDir }, heldUp(new Holds(), 2, 1));
    expect(told(again)).toEqual(told(ran));
  });

  it('is judged from all attempts that left something, whatever empty folder lies beside them', async () => {
    const { harness, holds, settings, evidenceDir } = await stage();
    const ran = await runUntilJudged(meta, harness, heldUp(holds, 1, 1), new AbortController().signal);
    await mkdir(join(evidenceDir, 'ivr', 'asked.attempt-2', 'caller'), { recursive: true });
    const again = await replayUntilJudged(meta, { ...settings, replay: evidenceDir }, heldUp(new Holds(), 1, 1));
    expect(told(again)).toEqual(told(ran));
    expect(again.earlier).toHaveLength(1);
  });

  it('is not asked again after the run was stopped', async () => {
    const { harness, holds } = await stage();
    const ran = await runUntilJudged(meta, harness, heldUp(holds, 1, 1), AbortSignal.abort());
    expect([ran.verdict, ran.earlier]).toEqual(['inconclusive', undefined]);
  });

  it('is told nothing of what comes late of a session that it gave up, but of one that it was done with', async () => {
    const { harness, holds } = await stage();
    const told = async (name: string, body: object): Promise<void> => {
      const url = `${harness.target.callbacks.baseUrl}/${name}`;
      await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    };
    const calls = (after: (ctx: TestContext) => Promise<void>) => async (ctx: TestContext) => {
      await told('newCall', { sessionId: `of ${ctx.number}`, calledParty: ctx.number });
      await ctx.webhooks.next('newCall');
      await after(ctx);
    };
    const numbers: string[] = [];
    const heldUpOnce = heldUp(holds, 1, 1);
    const asksTwice = calls(async (ctx) => {
      numbers.push(ctx.number);
      await heldUpOnce(ctx);
    });
    await runUntilJudged(meta, harness, asksTwice, new AbortController().signal);
    const [first, second] = numbers;
    await told('newCall', { sessionId: 'much later', calledParty: first });
    for (const sessionId of ['much later', `of ${first}`, `of ${second}`, 'of nobody'])
      await told('sessionCompleted', { sessionId, reason: 'callingPartyDrop' });
    const late = harness.findings.filter(({ kind }) => kind === 'unclaimed-callback').map(({ text }) => text);
    expect(late).toEqual([
      expect.stringContaining(`sessionCompleted belongs to no scenario: {"sessionId":"of ${second}"`),
      expect.stringContaining('sessionCompleted belongs to no scenario: {"sessionId":"of nobody"'),
    ]);
  });

  it('keeps what it found when its evidence cannot be set aside', async () => {
    const { evidenceDir } = await stage();
    expect(await setAside(evidenceDir, 'ivr/nothing-there', 1)).toBe(false);
  });
});
