import { scenario } from '../../harness/scenario.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { is, nonEmptyText } from '../support/expected.ts';
import { answeredIvr, placedIvr } from '../support/flows.ts';

const refusal = ['rest-general-error-shape', 'rest-general-answer-content-type'];
const needs = { call: true, webhook: true, rest: true } as const;

/** Ways to name the only party of an IVR call. */
const ways = [
  ['session-id', 'the sessionId', 'hangupparticipant-by-sessionid'],
  ['participant-id', 'the participantId of callAnswered', 'hangupparticipant-ends-leg'],
  ['callanswered-reply-id', 'the replyId of callAnswered', 'hangupparticipant-by-callanswered-replyid'],
  ['getivrcommand-reply-id', 'the replyId of getIvrCommand', 'hangupparticipant-ends-leg'],
] as const;

for (const [name, words, slug] of ways) {
  scenario(
    {
      id: `hangupparticipant/by-${name}`,
      title: `hangupparticipant with ${words} ends an IVR call: BYE, no callEvent, reason applicationHangup`,
      area: 'hangupparticipant',
      capability: 'ivr',
      requirements: [
        slug,
        'hangupparticipant-ivr-ends-call',
        'hangupparticipant-reason',
        'rest-general-answers-success-true',
        ...(name === 'callanswered-reply-id' ? ['callanswered-reply-id'] : []),
      ],
      needs,
    },
    async (ctx) => {
      const { call, command, sessionId } = await answeredIvr(ctx);
      const answered = await ctx.webhooks.next('callAnswered');
      const body = {
        'session-id': { sessionId },
        'participant-id': { participantId: answered.body.callerParticipantId },
        'callanswered-reply-id': { replyId: answered.body.replyId },
        'getivrcommand-reply-id': { replyId: command.body.replyId },
      }[name];
      if (name === 'callanswered-reply-id')
        ctx.expect('callanswered-reply-id', 'replyId', answered.body.replyId, nonEmptyText);
      expectTaken(ctx, 'hangupparticipant', await ctx.rest.send('hangupparticipant', body));
      await call.ended;
      const byes = call.sipp.messages().filter((m) => m.method === 'BYE' && m.status === undefined);
      ctx.expect(slug, 'BYEs that the caller received', byes.filter((m) => m.direction === 'received').length, is(1));
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('hangupparticipant-ivr-ends-call', 'callEvents', ctx.webhooks.all('callEvent').length, is(0));
      ctx.expect(
        'hangupparticipant-ivr-ends-call',
        'commands asked for',
        ctx.webhooks.all('getIvrCommand').length,
        is(1),
      );
      ctx.expect('hangupparticipant-reason', 'reason', completed.body.reason, is('applicationHangup'));
    },
  );
}

scenario(
  {
    id: 'hangupparticipant/outbound-answered',
    title: 'hangupparticipant ends an outbound IVR call that was answered with BYE',
    area: 'hangupparticipant',
    capability: 'outbound',
    requirements: ['hangupparticipant-answered-bye', 'hangupparticipant-reason'],
    needs,
  },
  async (ctx) => {
    const { callee, sessionId } = await placedIvr(ctx);
    await ctx.rest.send('hangupparticipant', { sessionId });
    await callee.ended;
    const byes = callee.sipp
      .messages()
      .filter((m) => m.method === 'BYE' && m.status === undefined && m.direction === 'received');
    ctx.expect('hangupparticipant-answered-bye', 'BYEs', byes.length, is(1));
    const { body } = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('hangupparticipant-reason', 'reason', body.reason, is('applicationHangup'));
  },
);

scenario(
  {
    id: 'hangupparticipant/outbound-ringing',
    title: 'hangupparticipant cancels an outbound call that still rings',
    area: 'hangupparticipant',
    capability: 'outbound',
    requirements: ['hangupparticipant-ringing-cancel', 'hangupparticipant-reason'],
    needs,
  },
  async (ctx) => {
    const callee = await ctx.callee({ answer: 'never' });
    await ctx.rest.send('placeivrcall', {
      destAddr: callee.uri,
      sipFrom: ctx.number,
      sessionReferenceId: ctx.reference,
    });
    const ringing = await ctx.webhooks.next('callNotify');
    await ctx.rest.send('hangupparticipant', { participantId: ringing.body.participantId });
    await callee.ended;
    const cancels = callee.sipp.messages().filter((m) => m.method === 'CANCEL' && m.direction === 'received');
    ctx.expect('hangupparticipant-ringing-cancel', 'CANCELs', cancels.length > 0, is(true));
    const { body } = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('hangupparticipant-reason', 'reason', body.reason, is('applicationHangup'));
  },
);

scenario(
  {
    id: 'hangupparticipant/nobody-named',
    title: 'hangupparticipant that names nobody is refused with 400, an unknown participant with 404',
    area: 'hangupparticipant',
    capability: 'ivr',
    requirements: ['hangupparticipant-nothing-named', 'hangupparticipant-unknown-participant', ...refusal],
    needs: { rest: true },
  },
  async (ctx) => {
    const nothing = await ctx.rest.send('hangupparticipant', {}, { expectInvalid: true });
    expectRefused(ctx, 'hangupparticipant-nothing-named', 'an empty object', nothing, 400);
    const participantId = '00000000-0000-4000-8000-000000000001';
    const unknown = await ctx.rest.send('hangupparticipant', { participantId });
    expectRefused(ctx, 'hangupparticipant-unknown-participant', 'an unknown participantId', unknown, 404);
  },
);
