/** The calls of the crowd that are telephones: audio both ways, digits as RFC 4733 events, every message kept. */
import type { TestContext } from '../../harness/types.ts';
import { drop, hangUp, ivr, type Json, play } from '../support/answers.ts';

export const phones = 10;

/** Places the telephones' calls. They go into the IVR, press a key and are hung up; without an IVR they are refused. */
export async function useTelephones(ctx: TestContext, prompt: Json): Promise<void> {
  const able = ctx.target.capabilities.includes('ivr');
  ctx.webhooks
    .on('newCall', able ? ivr() : drop('busy'))
    .on('getIvrCommand', ({ body }) =>
      body.dtmfParams === undefined ? play([prompt], { dtmf: { maxDigits: 1, firstTimeout: 20 } }) : hangUp(),
    );
  const one = async (): Promise<void> => {
    const call = await ctx.call(able ? {} : { expectStatus: 486 });
    if (able) {
      await call.established;
      await call.rtp.waitForTone(440, 200, ctx.target.timers.stepMs);
      await call.rtp.sendDigits('5');
    }
    await call.ended;
  };
  await Promise.all(Array.from({ length: phones }, one));
  for (let call = 0; call < phones; call += 1) await ctx.webhooks.next('sessionCompleted');
}
