import { scenario } from '../../harness/scenario.ts';
import { bridgedCall } from '../support/bridge.ts';
import { expectRefused } from '../support/errors.ts';
import { is } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';

const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];

scenario(
  {
    id: 'hangupcall/without-reply-id',
    title: 'hangupcall without replyId is refused with 400',
    area: 'hangupcall',
    capability: 'cloud-ua',
    requirements: ['hangupcall-missing-replyid', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const response = await ctx.rest.send('hangupcall', {}, { expectInvalid: true });
    expectRefused(ctx, 'hangupcall-missing-replyid', 'an empty object', response, 400);
  },
);

scenario(
  {
    id: 'hangupcall/call-is-over',
    title: 'hangupcall with the replyId of a call that is over is refused with 404',
    area: 'hangupcall',
    capability: 'cloud-ua',
    requirements: ['hangupcall-call-gone', ...refusal],
    needs: { call: true, webhook: true, rest: true },
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx);
    const { body } = await ctx.webhooks.next('callAnswered');
    await hangupAndComplete(ctx, call);
    const response = await ctx.rest.send('hangupcall', { replyId: body.replyId });
    expectRefused(ctx, 'hangupcall-call-gone', 'the replyId of a call that is over', response, 404);
  },
);

scenario(
  {
    id: 'hangupcall/of-two-parties',
    title: 'hangupcall with the replyId of a call of two parties is refused with 409, and both stay connected',
    area: 'hangupcall',
    capability: 'cloud-ua',
    requirements: ['hangupcall-other-call', ...refusal],
    needs: { call: true, webhook: true, rest: true },
  },
  async (ctx) => {
    const { caller, callee, replyId } = await bridgedCall(ctx);
    const response = await ctx.rest.send('hangupcall', { replyId });
    expectRefused(ctx, 'hangupcall-other-call', 'the replyId of a call of two parties', response, 409);
    await caller.hangup();
    const { body } = await ctx.webhooks.next('callEvent');
    await callee.ended;
    const completed = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('hangupcall-other-call', 'event when the caller hangs up', body.event, is('callingPartyDrop'));
    ctx.expect('hangupcall-other-call', 'reason', completed.body.reason, is('callingPartyDrop'));
  },
);
