import { scenario } from '../../harness/scenario.ts';
import { withTone } from '../support/prompts.ts';
import { judgeCrowd } from './judge.ts';
import { kindsFor } from './kinds.ts';
import { phones, useTelephones } from './telephones.ts';

const calls = 1000;

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
  (ctx) =>
    judgeCrowd(ctx, {
      calls,
      seconds: 15,
      surround: (use) =>
        withTone(ctx, 440, 1000, async (prompt) => {
          await useTelephones(ctx, prompt);
          return use(kindsFor(ctx.target, prompt, calls - phones));
        }),
    }),
);
