import { scenario } from '../../harness/scenario.ts';
import { drop, ivr } from '../support/answers.ts';
import { type BridgedCall, bridgedCall, dialledCall } from '../support/bridge.ts';
import { ipAddress, is, nonEmptyText, oneOf } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';

const area = 'callevent';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

/** BYEs that a leg received. */
const byes = ({ caller, callee }: BridgedCall): readonly number[] =>
  [caller, callee].map(
    ({ sipp }) =>
      sipp.messages().filter((m) => m.method === 'BYE' && m.status === undefined && m.direction === 'received').length,
  );

for (const { side, event, slug, reason } of [
  { side: 'caller', event: 'callingPartyDrop', slug: 'callevent-calling-party-drop', reason: 'callingPartyDrop' },
  { side: 'callee', event: 'calledPartyDrop', slug: 'callevent-called-party-drop', reason: 'calledPartyDrop' },
] as const) {
  scenario(
    {
      id: `callevent/${side}-hangs-up`,
      title: `The BYE of the ${side} leads to one callEvent ${event}, which tells of both parties; drop ends the other`,
      area,
      capability,
      requirements: [
        slug,
        'callevent-asked',
        'callevent-applies-to-remaining',
        'callevent-connection-id',
        'callevent-domain',
        'callevent-ivr-server',
        'callevent-participant-id',
        'callevent-remote-participant-id',
        'callevent-user',
        'callevent-remote-user',
        'callevent-session-id',
        'callevent-session-reference',
        'callevent-reply-id',
        `sessioncompleted-reason-${side === 'caller' ? 'calling' : 'called'}-party-drop`,
      ],
      needs,
    },
    async (ctx) => {
      const from = `party-${ctx.number.slice(-5)}`;
      const call = await bridgedCall(ctx, { call: { from } });
      const { caller, callee } = call;
      const [leaver, other] = side === 'caller' ? [caller, callee] : [callee, caller];
      await leaver.hangup();
      const { body } = await ctx.webhooks.next('callEvent');
      await other.ended;
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('callevent-asked', 'callEvents', ctx.webhooks.all('callEvent').length, is(1));
      ctx.expect(slug, 'event', body.event, is(event));
      ctx.expect('callevent-connection-id', 'connectionId', body.connectionId, is(call.connectionId));
      ctx.expect('callevent-domain', 'domain', body.domain, is(ctx.target.domain));
      ctx.expect('callevent-ivr-server', 'ivrServer', body.ivrServer, ipAddress);
      const [own, remote] = side === 'caller' ? [call.callerId, call.calleeId] : [call.calleeId, call.callerId];
      ctx.expect('callevent-participant-id', 'participantId', body.participantId, is(own));
      ctx.expect('callevent-remote-participant-id', 'remoteParticipantId', body.remoteParticipantId, is(remote));
      const [user, remoteUser] = side === 'caller' ? [from, callee.user] : [callee.user, from];
      ctx.expect('callevent-user', 'user', body.user, is(user));
      ctx.expect('callevent-remote-user', 'remoteUser', body.remoteUser, is(remoteUser));
      ctx.expect('callevent-session-id', 'sessionId', body.sessionId, is(call.sessionId));
      ctx.expect('callevent-session-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
      ctx.should('callevent-reply-id', 'replyId', body.replyId, nonEmptyText);
      const dropped = side === 'caller' ? [0, 1] : [1, 0];
      ctx.expect('callevent-applies-to-remaining', 'BYEs to caller and callee', byes(call), is(dropped));
      const row = `sessioncompleted-reason-${side === 'caller' ? 'calling' : 'called'}-party-drop`;
      ctx.expect(row, 'reason', completed.body.reason, is(reason));
    },
  );
}

scenario(
  {
    id: 'callevent/both-hang-up',
    title: 'When both parties have hung up there is one callEvent, and the session ends once',
    area,
    capability,
    requirements: ['callevent-none-left', 'callevent-simultaneous-hangup'],
    needs,
  },
  async (ctx) => {
    // While the application thinks about the first party to go, nobody is hung up by the target.
    const { caller, callee } = await bridgedCall(ctx, { events: { answer: { json: drop(), delayMs: 1000 } } });
    await Promise.all([caller.hangup(), callee.hangup()]);
    await ctx.webhooks.next('sessionCompleted');
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    const events = ctx.webhooks.all('callEvent').length;
    ctx.expect('callevent-none-left', 'callEvents', events, oneOf(0, 1));
    ctx.expect('callevent-simultaneous-hangup', 'callEvents', events, oneOf(0, 1));
    const ends = ctx.webhooks.all('sessionCompleted').length;
    ctx.expect('callevent-simultaneous-hangup', 'sessionCompleted', ends, is(1));
  },
);

for (const { side, reason } of [
  { side: 'caller', reason: 'callingPartyDrop' },
  { side: 'callee', reason: 'calledPartyDrop' },
] as const) {
  scenario(
    {
      id: `callevent/${side}-first-then-the-other`,
      title: `The ${side} hangs up, then the other one while callEvent has no answer: the session ends for what came first`,
      area,
      capability,
      requirements: [
        'callevent-simultaneous-hangup',
        `sessioncompleted-reason-${side === 'caller' ? 'calling' : 'called'}-party-drop`,
      ],
      needs,
    },
    async (ctx) => {
      const thought = Promise.withResolvers<void>();
      const bridge = await bridgedCall(ctx, {
        events: async () => {
          await thought.promise;
          return drop();
        },
      });
      const { caller, callee } = bridge;
      const [first, other] = side === 'caller' ? [caller, callee] : [callee, caller];
      await first.hangup();
      await ctx.webhooks.next('callEvent');
      await other.hangup();
      thought.resolve();
      const { body } = await ctx.webhooks.next('sessionCompleted');
      await ctx.webhooks.quiet(ctx.target.timers.quietMs);
      const row = `sessioncompleted-reason-${side === 'caller' ? 'calling' : 'called'}-party-drop`;
      ctx.expect(row, 'reason', body.reason, is(reason));
      const events = ctx.webhooks.all('callEvent').length;
      ctx.expect('callevent-simultaneous-hangup', 'callEvents', events, is(1));
    },
  );
}

scenario(
  {
    id: 'callevent/caller-cancels',
    title: 'A caller who gives up while the callee rings: the callee gets CANCEL, and there is no callEvent',
    area,
    capability,
    requirements: ['callevent-caller-cancels', 'callevent-none-left', 'sessioncompleted-reason-cancelled'],
    needs,
  },
  async (ctx) => {
    const { caller, callee } = await dialledCall(ctx, { callee: { answer: 'never' } });
    await caller.sipp.waitFor(
      'ringing',
      (m) => m.direction === 'received' && m.status === 180,
      ctx.target.timers.stepMs,
    );
    await caller.hangup();
    await callee.ended;
    const { body } = await ctx.webhooks.next('sessionCompleted');
    const cancels = callee.sipp.messages().filter((m) => m.method === 'CANCEL' && m.direction === 'received');
    ctx.expect('callevent-caller-cancels', 'the callee got CANCEL', cancels.length > 0, is(true));
    ctx.expect('callevent-caller-cancels', 'callEvents', ctx.webhooks.all('callEvent').length, is(0));
    ctx.expect('callevent-none-left', 'callEvents', ctx.webhooks.all('callEvent').length, is(0));
    ctx.expect('sessioncompleted-reason-cancelled', 'reason', body.reason, is('cancelled'));
  },
);

scenario(
  {
    id: 'callevent/not-for-ivr',
    title: 'A caller who hangs up in the IVR leaves nobody: no callEvent',
    area,
    capability: 'ivr',
    requirements: ['callevent-not-for-ivr'],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx);
    await hangupAndComplete(ctx, call);
    ctx.expect('callevent-not-for-ivr', 'callEvents', ctx.webhooks.all('callEvent').length, is(0));
  },
);

scenario(
  {
    id: 'callevent/answer-reference',
    title: 'A sessionReferenceId in the answer to callEvent is in the callbacks after it, and replaces the one before',
    area,
    capability,
    requirements: ['callevent-answer-reference', 'callevent-session-reference'],
    needs,
  },
  async (ctx) => {
    const reference = { event: ctx.reference };
    ctx.webhooks.claim({ reference });
    ctx.webhooks.on('getIvrCommand', { hangup: true });
    const { caller, callee } = await bridgedCall(ctx, { events: ivr({ sessionReferenceId: reference }) });
    await callee.hangup();
    await caller.ended;
    const completed = await ctx.webhooks.next('sessionCompleted');
    const [event] = ctx.webhooks.all('callEvent');
    const [command] = ctx.webhooks.all('getIvrCommand');
    ctx.expect('callevent-session-reference', 'of callEvent', event?.body.sessionReferenceId, is(ctx.reference));
    for (const [what, { sessionReferenceId }] of [
      ['getIvrCommand', command?.body ?? {}],
      ['sessionCompleted', completed.body],
    ] as const) {
      ctx.expect('callevent-answer-reference', `sessionReferenceId of ${what}`, sessionReferenceId, is(reference));
    }
  },
);
