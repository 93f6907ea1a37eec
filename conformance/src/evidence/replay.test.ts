import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Faults } from '../harness/testing/fake-target.ts';
import type { ScenarioOutcome, TestContext } from '../harness/types.ts';
import { NOT_REJUDGED } from './replay.ts';
import { readTrace, type Stored, writeTrace } from './store.ts';
import { meta, type Played, played, plays } from './testing/played.ts';
import type { Trace } from './trace/types.ts';

const texts = (outcome: ScenarioOutcome): string[] => outcome.reasons.map(({ text }) => text);
const without = ({ timeline, artifacts, ...rest }: ScenarioOutcome) => ({
  ...rest,
  kinds: timeline.map(({ kind, summary }) => `${kind} ${summary}`),
});

describe('a scenario that is judged again', () => {
  let one: Played;
  let stored: Stored;
  beforeAll(async () => {
    one = await played();
    const found = await readTrace(join(one.evidenceDir, meta.id));
    if (found === undefined) throw new Error('there is no trace');
    stored = found;
  }, 60_000);
  afterAll(() => one.remove());

  /** The record with another text in it. */
  const changed = async (change: (text: string) => string): Promise<ScenarioOutcome> => {
    const text = JSON.stringify(stored.trace);
    const other = change(text);
    expect(other, 'the record has changed').not.toBe(text);
    await writeTrace(join(one.evidenceDir, meta.id), { ...stored, trace: JSON.parse(other) as Trace });
    return one.again().finally(() => writeTrace(join(one.evidenceDir, meta.id), stored));
  };

  it('has the same verdict, counts, times and timeline', async () => {
    expect(one.outcome.verdict).toBe('pass');
    expect(without(await one.again())).toEqual(without(one.outcome));
  });

  it('fails when a property of a callback is another one', async () => {
    const number = one.outcome.timeline.flatMap(({ detail }) =>
      detail.type === 'expect' && detail.what === 'calledParty of newCall'
        ? [detail.actual.replaceAll("'", '').replaceAll('"', '')]
        : [],
    )[0];
    const outcome = await changed((text) => text.replaceAll(`"calledParty":"${number}"`, '"calledParty":"+999"'));
    expect(outcome.verdict).toBe('fail');
    expect(texts(outcome)[0]).toMatch(/^calledParty of newCall: expected .*, came "\+999"/);
  });

  it('fails when a callback no longer fits its schema', async () => {
    const outcome = await changed((text) =>
      text.replaceAll(String.raw`\"calledParty\":\"`, String.raw`\"calledPartyy\":\"`),
    );
    expect(outcome.verdict).toBe('fail');
    expect(texts(outcome).join()).toMatch(/newCall: the request breaks the specification/);
  });

  it.each([
    [
      'calls something that the record does not have',
      (ctx: TestContext) => ctx.rest.send('hangupcall', {}).then(() => {}),
    ],
    ['waits for more than there was', async (ctx: TestContext) => void (await ctx.webhooks.next('alarm'))],
  ])('has no verdict when the scenario %s', async (_, more) => {
    const outcome = await one.again(async (ctx) => {
      await plays(ctx);
      await more(ctx);
    });
    expect(outcome.verdict).toBe('harness-error');
    expect(texts(outcome)[0]).toMatch(new RegExp(`^${NOT_REJUDGED}It went another way than the record`));
  });

  it('has no verdict when the scenario does less than it did', async () => {
    const outcome = await one.again(async () => {});
    expect(texts(outcome)[0]).toMatch(/^not re-judged: It went another way than the record: it did not call/);
  }, 60_000);

  it('has no verdict when a message is not what was waited for', async () => {
    const outcome = await changed((text) => text.replaceAll('"method":"ACK"', '"method":"INFO"'));
    expect(outcome.verdict).not.toBe('pass');
  }, 60_000);

  it('has no verdict without a record', async () => {
    const elsewhere = { ...one.settings, replay: join(one.evidenceDir, 'nowhere') };
    const { replayScenario } = await import('./replay.ts');
    const outcome = await replayScenario(meta, elsewhere, () => Promise.reject(new Error('never')));
    expect(texts(outcome)).toEqual(['not re-judged: there is no record of it']);
  });
});

it('breaks, and tells nothing, when its evidence cannot be kept', async () => {
  const one = await played(plays, {}, async (directory) => {
    await mkdir(join(directory, 'capture.pcapng'), { recursive: true });
  });
  expect(one.outcome).toMatchObject({ verdict: 'harness-error', timeline: [], artifacts: [] });
  expect(texts(one.outcome)[0]).toMatch(/^Its evidence cannot be kept: it is a folder$/);
  await one.remove();
}, 60_000);

describe('a scenario that did not pass', () => {
  const silent = async (ctx: TestContext): Promise<void> => {
    await ctx.webhooks.next('alarm', { within: 100 });
  };
  it.each<[string, (ctx: TestContext) => Promise<void>, Faults]>([
    ['a wait that ran out', silent, {}],
    ['a schema that was broken', plays, { wrongType: true }],
    ['a callback after the last one', plays, { chatty: true }],
    ['RTP after the end', plays, { talkative: true }],
    ['an error of the scenario', () => Promise.reject(new TypeError('wrong')), {}],
  ])(
    'is judged the same again: %s',
    async (_, run, faults) => {
      const one = await played(run, faults);
      try {
        expect(one.outcome.verdict).not.toBe('pass');
        expect(without(await one.again())).toEqual(without(one.outcome));
      } finally {
        await one.remove();
      }
    },
    15_000,
  );
});

describe('a text that redact names', () => {
  const named = async (ctx: TestContext): Promise<void> => {
    await plays(ctx);
    const answer = await ctx.rest.send('hangupcall', { sessionId: 'Жанна' });
    ctx.expect('slug', 'what was sent', JSON.stringify(answer), {
      that: 'Жанна',
      holds: (sent) => sent.includes('Жанна'),
    });
  };
  it.each([
    ['explains a difference where the test sends it', ['Жанна'], true],
    ['explains nothing where it does not occur', ['Никто'], false],
  ])(
    '%s',
    async (_, redact, explains) => {
      const one = await played(named, {}, undefined, redact);
      try {
        const failing = async (ctx: TestContext): Promise<void> => {
          await named(ctx);
          ctx.expect('slug', 'always', 1, { equals: 2 });
        };
        const { verdict, reasons } = await one.again(failing);
        expect(verdict).not.toBe('pass');
        expect(/what redact of the target file names was taken out of the record/.test(reasons[0]?.text ?? '')).toBe(
          explains,
        );
      } finally {
        await one.remove();
      }
    },
    15_000,
  );

  it('is no word in what comes out as it did', async () => {
    const fails = async (ctx: TestContext): Promise<void> => {
      await plays(ctx);
      await ctx.rest.send('hangupcall', { sessionId: 'Жанна' });
      ctx.expect('slug', 'always', 1, { equals: 2 });
    };
    const one = await played(fails, {}, undefined, ['Жанна']);
    try {
      expect(one.outcome.verdict).not.toBe('pass');
      expect(without(await one.again())).toEqual(without(one.outcome));
    } finally {
      await one.remove();
    }
  }, 15_000);
});
