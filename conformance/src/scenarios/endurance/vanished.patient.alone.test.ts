import { scenario } from '../../harness/scenario.ts';
import { expectCompletedOnce, expectOutcomes } from './after.ts';
import { driveAll } from './crowd.ts';
import { expectRest, expectSettled, levels } from './gauges.ts';
import { all } from './judge.ts';
import { claimedBy } from './kinds.ts';
import { vanishing } from './vanishing.ts';

/** 64·T1 for an answer that is not acknowledged, and once more for the BYE that then follows (RFC 3261 13.3.1.4, 17.1.2.2). */
const unheardMs = 70_000;

scenario(
  {
    id: 'endurance/vanished-ends',
    title:
      'Ends that crash and say goodbye to nobody leave nothing when the timers have run out, nor do SIP transactions',
    area: 'endurance',
    capability: 'metrics',
    requirements: [
      ...['endurance-calls-end-as-told', 'endurance-completed-once'],
      ...['endurance-nothing-left', 'endurance-settles'],
    ],
    needs: { call: true, webhook: true },
    alone: true,
    timeoutMs: 150_000,
  },
  async (ctx) => {
    const before = await levels(ctx);
    // One call that is seen whole, so that the run shows what the others are like.
    const call = await ctx.call({ expectStatus: 603 });
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    const driven = await driveAll(ctx, claimedBy(ctx.target, vanishing), 1, () => {});
    ctx.progress('waiting for the timers of those that have gone');
    await all([
      async () => expectOutcomes(ctx, driven),
      () => expectRest(ctx, before, unheardMs),
      () => expectCompletedOnce(ctx, driven),
      () => expectSettled(ctx, unheardMs),
    ]);
  },
);
