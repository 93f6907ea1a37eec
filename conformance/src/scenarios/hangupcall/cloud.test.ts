import { scenario } from '../../harness/scenario.ts';
import type { CallHandle } from '../../harness/types.ts';
import { deviceAt, incomingRemote, placeRemote, received } from '../support/cloud.ts';
import { expectTaken } from '../support/errors.ts';
import { is } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';

const area = 'hangupcall';
const capability = 'cloud-ua';
const needs = { call: true, webhook: true, rest: true } as const;

const byes = (leg: CallHandle) =>
  leg.sipp.messages().filter((m) => m.direction === 'received' && m.method === 'BYE' && m.status === undefined);

scenario(
  {
    id: 'hangupcall/outbound-answered',
    title: 'hangupcall with the replyId of callAnswered ends an outbound Cloud UA call with BYE',
    area,
    capability,
    requirements: ['hangupcall-ends-call', 'hangupcall-reason'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, async (device) => {
      const callee = await ctx.callee();
      await placeRemote(ctx, callee, device);
      await callee.established;
      const { replyId } = (await ctx.webhooks.next('callAnswered')).body;
      expectTaken(ctx, 'hangupcall', await ctx.rest.send('hangupcall', { replyId }));
      await callee.ended;
      ctx.expect('hangupcall-ends-call', 'BYEs', byes(callee).length, is(1));
      const { body } = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('hangupcall-reason', 'reason', body.reason, is('applicationHangup'));
    }),
);

scenario(
  {
    id: 'hangupcall/inbound-answered',
    title: 'hangupcall ends an incoming Cloud UA call that was answered with BYE',
    area,
    capability,
    tenant: 'cloudUa',
    requirements: ['hangupcall-ends-call', 'hangupcall-reason', 'newremotecall-reply-id'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, async (device) => {
      const { call, replyId } = await incomingRemote(ctx);
      const answer = await ctx.rest.send('answerremotecall', { replyId, ...deviceAt(device) });
      ctx.expect('newremotecall-reply-id', 'status of answerremotecall with it', answer.status, is(200));
      await call.established;
      const answered = await ctx.webhooks.next('callAnswered');
      await ctx.rest.send('hangupcall', { replyId: answered.body.replyId });
      await call.ended;
      ctx.expect('hangupcall-ends-call', 'BYEs', byes(call).length, is(1));
      const { body } = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('hangupcall-reason', 'reason', body.reason, is('applicationHangup'));
    }),
);

scenario(
  {
    id: 'hangupcall/inbound-waiting',
    title: 'hangupcall before the answer declines an incoming Cloud UA call with 603',
    area,
    capability,
    tenant: 'cloudUa',
    requirements: ['hangupcall-before-answer-603', 'hangupcall-reason'],
    needs,
  },
  async (ctx) => {
    const { call, replyId } = await incomingRemote(ctx, { call: { expectStatus: 603 } });
    await ctx.rest.send('hangupcall', { replyId });
    await call.ended;
    ctx.expect('hangupcall-before-answer-603', '603', received(call, 'INVITE', 603) !== undefined, is(true));
    const { body } = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('hangupcall-reason', 'reason', body.reason, is('applicationHangup'));
  },
);

scenario(
  {
    id: 'hangupcall/outbound-ringing',
    title: 'hangupcall cancels an outbound Cloud UA call that still rings',
    area,
    capability,
    requirements: ['hangupcall-outbound-ringing', 'hangupcall-reason'],
    needs,
  },
  (ctx) =>
    withMedia(ctx, async (device) => {
      const callee = await ctx.callee({ answer: 'signal' });
      await placeRemote(ctx, callee, device);
      const { replyId } = (await ctx.webhooks.next('callNotify')).body;
      if (replyId === undefined) {
        ctx.note('callNotify carries no replyId, which it may leave out (D-REPLYIN): nothing names a call that rings');
        await callee.answer();
        const answered = await ctx.webhooks.next('callAnswered');
        await ctx.rest.send('hangupcall', { replyId: answered.body.replyId });
        await callee.ended;
        await ctx.webhooks.next('sessionCompleted');
        return;
      }
      expectTaken(ctx, 'hangupcall', await ctx.rest.send('hangupcall', { replyId }));
      await callee.ended;
      ctx.expect('hangupcall-outbound-ringing', 'CANCEL', received(callee, 'CANCEL') !== undefined, is(true));
      const { body } = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('hangupcall-reason', 'reason', body.reason, is('applicationHangup'));
    }),
);
