import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, endBridge } from '../support/bridge.ts';
import { absent, is, nonEmptyText, that } from '../support/expected.ts';

const notTrue = that('not true', (value: unknown) => value !== true);

scenario(
  {
    id: 'callanswered/two-parties',
    title: 'callAnswered of two parties comes once, names both, their numbers, the session and the connection',
    area: 'callanswered',
    capability: 'call-control',
    requirements: [
      'callanswered-connection',
      'callanswered-once',
      'callanswered-calling-party-number',
      'callanswered-caller-participant-id',
      'callanswered-callee-participant-id',
      'callanswered-participants-differ',
      'callanswered-remote-party-number',
      'callanswered-connection-id',
      'callanswered-calling-party-expires-absent',
      'callanswered-codec-absent',
      'callanswered-reply-id',
      'callanswered-session-reference',
      'callanswered-trace-id',
      'callanswered-session-id',
    ],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const from = `caller-${ctx.number.slice(-5)}`;
    const call = await bridgedCall(ctx, { call: { from } });
    const { body } = call.answered;
    const completed = await endBridge(ctx, call);
    const { calleeParticipantId: calleeId, callerParticipantId: callerId } = body;
    ctx.expect('callanswered-connection', 'connectionId', body.connectionId, nonEmptyText);
    ctx.expect('callanswered-once', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(1));
    ctx.expect('callanswered-calling-party-number', 'callingPartyNumber', String(body.callingPartyNumber), is(from));
    ctx.expect('callanswered-remote-party-number', 'number', String(body.remotePartyNumber), is(call.callee.user));
    ctx.expect('callanswered-caller-participant-id', 'callerParticipantId', callerId, nonEmptyText);
    ctx.expect('callanswered-callee-participant-id', 'calleeParticipantId', calleeId, nonEmptyText);
    ctx.expect('callanswered-participants-differ', 'they differ', callerId !== calleeId, is(true));
    ctx.expect('callanswered-connection-id', 'connectionId', body.connectionId, nonEmptyText);
    ctx.expect('callanswered-calling-party-expires-absent', 'callingPartyExpires', body.callingPartyExpires, absent);
    ctx.expect('callanswered-codec-absent', 'codec', body.codec, absent);
    ctx.expect('callanswered-connection', 'monitoringParticipant', body.monitoringParticipant, notTrue);
    ctx.expect('callanswered-reply-id', 'replyId', body.replyId, nonEmptyText);
    ctx.expect('callanswered-session-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
    ctx.expect('callanswered-trace-id', 'traceId', body.traceId, is(completed.body.traceId));
    ctx.should('callanswered-session-id', 'sessionId', body.sessionId, is(call.sessionId));
  },
);
