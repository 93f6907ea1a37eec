import { scenario } from '../../harness/scenario.ts';
import { hangUp, ivr } from '../support/answers.ts';
import { bridgedCall, dialledCall, endBridge } from '../support/bridge.ts';
import { expectRefused, expectTaken } from '../support/errors.ts';
import { is } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';

const area = 'hangupremoteparticipant';
const capability = 'call-control';
const needs = { call: true, webhook: true, rest: true } as const;

for (const { named, event } of [
  { named: 'caller', event: 'calledPartyDrop' },
  { named: 'callee', event: 'callingPartyDrop' },
] as const) {
  scenario(
    {
      id: `hangupremoteparticipant/of-the-${named}`,
      title: `hangupremoteparticipant of the ${named} ends the other party; callEvent asks for the ${named}`,
      area,
      capability,
      requirements: [
        'hangupremoteparticipant-ends-counterpart',
        'hangupremoteparticipant-remaining-asked',
        'rest-general-answers-success-true',
      ],
      needs,
    },
    async (ctx) => {
      ctx.webhooks.on('getIvrCommand', hangUp());
      const { caller, callee, callerId, calleeId } = await bridgedCall(ctx, { events: ivr() });
      const participantId = named === 'caller' ? callerId : calleeId;
      expectTaken(ctx, area, await ctx.rest.send('hangupremoteparticipant', { participantId }));
      const [stays, goes] = named === 'caller' ? [caller, callee] : [callee, caller];
      await goes.ended;
      const { body } = await ctx.webhooks.next('callEvent');
      // The one who stays hears what the application wants of it.
      const command = await ctx.webhooks.next('getIvrCommand');
      await stays.ended;
      await ctx.webhooks.next('sessionCompleted');
      const bye = (leg: typeof goes) =>
        leg.sipp.messages().find((m) => m.method === 'BYE' && m.direction === 'received' && m.status === undefined);
      const row = 'hangupremoteparticipant-ends-counterpart';
      ctx.expect(row, 'the other party got BYE', bye(goes) !== undefined, is(true));
      // SIPp tells the time of day.
      const after = (bye(stays)?.at ?? Number.NaN) - ctx.harness.clock.epoch > command.at;
      ctx.expect(row, 'the one who stays got BYE after the command', after, is(true));
      ctx.expect('hangupremoteparticipant-remaining-asked', 'event', body.event, is(event));
      const asked = ctx.webhooks.all('callEvent').length;
      ctx.expect('hangupremoteparticipant-remaining-asked', 'callEvents', asked, is(1));
    },
  );
}

scenario(
  {
    id: 'hangupremoteparticipant/by-reply-id',
    title: 'hangupremoteparticipant with the replyId of the callNotify of the callee ends the caller',
    area,
    capability,
    requirements: ['hangupremoteparticipant-by-replyid', 'hangupremoteparticipant-ends-counterpart'],
    needs,
  },
  async (ctx) => {
    const bridge = await bridgedCall(ctx);
    const { caller, callee } = bridge;
    const { body } = await ctx.webhooks.next('callNotify');
    if (body.replyId === undefined) {
      ctx.note('callNotify carries no replyId, which it may leave out (D-REPLYIN)');
      await endBridge(ctx, bridge);
      return;
    }
    const response = await ctx.rest.send('hangupremoteparticipant', { replyId: body.replyId });
    ctx.expect('hangupremoteparticipant-by-replyid', 'status', response.status, is(200));
    await Promise.all([caller.ended, callee.ended]);
    const event = await ctx.webhooks.next('callEvent');
    await ctx.webhooks.next('sessionCompleted');
    ctx.expect('hangupremoteparticipant-ends-counterpart', 'event', event.body.event, is('callingPartyDrop'));
  },
);

scenario(
  {
    id: 'hangupremoteparticipant/ringing',
    title: 'hangupremoteparticipant of a caller cancels the callee who rings',
    area,
    capability,
    requirements: ['hangupremoteparticipant-ringing-cancel', 'callnotify-remote-participant-id'],
    needs,
  },
  async (ctx) => {
    const { caller, callee } = await dialledCall(ctx, { call: { expectStatus: 603 }, callee: { answer: 'never' } });
    const { body } = await ctx.webhooks.next('callNotify');
    const participantId = body.remoteParticipantId;
    const response = await ctx.rest.send('hangupremoteparticipant', { participantId });
    ctx.expect('callnotify-remote-participant-id', 'status with remoteParticipantId', response.status, is(200));
    await Promise.all([callee.ended, caller.ended]);
    await ctx.webhooks.next('callEvent');
    await ctx.webhooks.next('sessionCompleted');
    const cancels = callee.sipp.messages().filter((m) => m.method === 'CANCEL' && m.direction === 'received');
    ctx.expect('hangupremoteparticipant-ringing-cancel', 'the callee got CANCEL', cancels.length > 0, is(true));
  },
);

scenario(
  {
    id: 'hangupremoteparticipant/nobody-there',
    title: 'hangupremoteparticipant: 409 without a counterpart, 404 for an unknown participant, 400 for none',
    area,
    capability,
    requirements: [
      'hangupremoteparticipant-no-counterpart',
      'hangupremoteparticipant-unknown-participant',
      'hangupremoteparticipant-nothing-named',
      'rest-general-error-shape',
    ],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx);
    const { body } = await ctx.webhooks.next('callAnswered');
    const ask = (what: Readonly<Record<string, unknown>>, variant = {}) => ctx.rest.send(area, what, variant);
    const alone = await ask({ participantId: body.callerParticipantId });
    expectRefused(ctx, 'hangupremoteparticipant-no-counterpart', 'a lone participant', alone, 409);
    const unknown = await ask({ participantId: '00000000-0000-4000-8000-000000000003' });
    expectRefused(ctx, 'hangupremoteparticipant-unknown-participant', 'an unknown participant', unknown, 404);
    const nothing = await ask({}, { expectInvalid: true });
    expectRefused(ctx, 'hangupremoteparticipant-nothing-named', 'an empty object', nothing, 400);
    await hangupAndComplete(ctx, call);
  },
);
