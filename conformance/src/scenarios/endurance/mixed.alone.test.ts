import { scenario } from '../../harness/scenario.ts';
import { is } from '../support/expected.ts';
import { withTone } from '../support/prompts.ts';
import { expectCompletedOnce, expectOutcomes } from './after.ts';
import { driveAll } from './crowd.ts';
import { counters, expectRest, expectSettled, levels, shortlyMs } from './gauges.ts';
import { kindsFor } from './kinds.ts';
import { phones, useTelephones } from './telephones.ts';

/** All calls of the crowd, and over how many seconds they come. */
const calls = 1000;
const seconds = 15;

scenario(
  {
    id: 'endurance/mixed-calls',
    title: 'After a thousand mixed calls, some of which end badly, everything is back where it was before',
    area: 'endurance',
    capability: 'metrics',
    requirements: [
      ...['endurance-calls-end-as-told', 'endurance-completed-once', 'endurance-counted'],
      ...['endurance-nothing-left', 'endurance-settles'],
    ],
    needs: { call: true, webhook: true },
    alone: true,
    timeoutMs: 120_000,
  },
  async (ctx) => {
    const before = await levels(ctx);
    const counted = await counters(ctx);
    const driven = await withTone(ctx, 440, 1000, async (prompt) => {
      let over = 0;
      const kinds = kindsFor(ctx.target, prompt, calls - phones);
      await useTelephones(ctx, prompt);
      const all = await driveAll(ctx, kinds, seconds, ({ name }) => {
        if (name !== 'sessionCompleted') return;
        over += 1;
        if (over % 100 === 0) ctx.progress(`${over} of ${calls} calls`);
      });
      await expectCompletedOnce(ctx, all);
      return all;
    });
    expectOutcomes(ctx, driven);
    const now = await counters(ctx);
    for (const [name, from] of counted)
      ctx.expect('endurance-counted', `rise of ${name}`, (now.get(name) ?? Number.NaN) - from, is(calls));
    await expectRest(ctx, before);
    await expectSettled(ctx, shortlyMs);
  },
);
