/** A call that the target may not place, since a property of it cannot become part of an INVITE. */
import type { TestContext } from '../../harness/types.ts';
import type { Json } from './answers.ts';
import { callTo } from './bridge.ts';
import { is } from './expected.ts';
import { isRequest, uriOf } from './outbound.ts';
import { onWire } from './wire.ts';
import { audioSdp, wireCaller } from './wire-caller.ts';

/** newCall is answered with a call to a callee with `more`: the caller gets 480, the operator an alarm, the callee nothing. */
export const expectNobodyCalled = (ctx: TestContext, slug: string, more: (calleeUri: string) => Json): Promise<void> =>
  onWire(ctx, { name: 'caller' }, (wire) =>
    onWire(ctx, { name: 'callee' }, async (callee) => {
      const json = callTo(uriOf(callee), more(uriOf(callee)));
      ctx.webhooks.on('newCall', { answer: { json, expectInvalid: true } });
      const final = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      ctx.expect(slug, 'final response to the caller', final.status, is(480));
      const { body } = await ctx.webhooks.next('alarm');
      ctx.expect(slug, 'error of the alarm', body.error, is('newCall request failed'));
      await ctx.webhooks.next('sessionCompleted');
      const invites = await callee.watch(ctx.target.timers.quietMs, isRequest('INVITE'), { from: 0 });
      ctx.expect(slug, 'INVITEs to the callee', invites.length, is(0));
    }),
  );
