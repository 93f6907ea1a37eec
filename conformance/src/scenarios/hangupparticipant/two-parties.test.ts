import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, endBridge } from '../support/bridge.ts';
import { expectTaken } from '../support/errors.ts';
import { is } from '../support/expected.ts';

const area = 'hangupparticipant';
const capability = 'call-control';
const needs = { call: true, webhook: true, rest: true } as const;

for (const { side, event } of [
  { side: 'caller', event: 'callingPartyDrop' },
  { side: 'callee', event: 'calledPartyDrop' },
] as const) {
  scenario(
    {
      id: `hangupparticipant/${side}-of-two`,
      title: `hangupparticipant of the ${side} ends it with BYE, and callEvent asks for the other party`,
      area,
      capability,
      requirements: [
        'hangupparticipant-ends-leg',
        'hangupparticipant-answered-bye',
        'hangupparticipant-remaining-asked',
        'hangupparticipant-reason',
      ],
      needs,
    },
    async (ctx) => {
      const { caller, callee, callerId, calleeId } = await bridgedCall(ctx);
      const participantId = side === 'caller' ? callerId : calleeId;
      expectTaken(ctx, area, await ctx.rest.send('hangupparticipant', { participantId }));
      const event0 = await ctx.webhooks.next('callEvent');
      await Promise.all([caller.ended, callee.ended]);
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('hangupparticipant-remaining-asked', 'event', event0.body.event, is(event));
      ctx.expect('hangupparticipant-remaining-asked', 'participantId', event0.body.participantId, is(participantId));
      const leg = side === 'caller' ? caller : callee;
      const byes = leg.sipp.messages().filter((m) => m.method === 'BYE' && m.direction === 'received');
      const ended = ['hangupparticipant-ends-leg', 'hangupparticipant-answered-bye'];
      ctx.expect(ended, `the ${side} got BYE`, byes.length > 0, is(true));
      ctx.expect('hangupparticipant-reason', 'reason', completed.body.reason, is('applicationHangup'));
    },
  );
}

scenario(
  {
    id: 'hangupparticipant/which-of-two',
    title: 'A replyId of a connection does not tell which party is meant: 409; that of a callNotify does',
    area,
    capability,
    requirements: ['hangupparticipant-ambiguous', 'hangupparticipant-by-callnotify-replyid'],
    needs,
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { caller, callee, replyId } = bridge;
    const ambiguous = await ctx.rest.send('hangupparticipant', { replyId });
    ctx.should('hangupparticipant-ambiguous', 'status', ambiguous.status, is(409));
    const { body } = await ctx.webhooks.next('callNotify');
    if (body.replyId === undefined) {
      ctx.note('callNotify carries no replyId, which it may leave out (D-REPLYIN)');
      await endBridge(ctx, bridge);
      return;
    }
    const clear = await ctx.rest.send('hangupparticipant', { replyId: body.replyId });
    ctx.should('hangupparticipant-by-callnotify-replyid', 'status', clear.status, is(200));
    const event = await ctx.webhooks.next('callEvent');
    await Promise.all([caller.ended, callee.ended]);
    await ctx.webhooks.next('sessionCompleted');
    ctx.should('hangupparticipant-by-callnotify-replyid', 'event', event.body.event, is('calledPartyDrop'));
  },
);
