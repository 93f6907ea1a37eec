import { scenario } from '../../harness/scenario.ts';
import { hangUp, ivr, play, spoken } from '../support/answers.ts';
import { absent, between, ipAddress, is, nonEmptyText, numberOf, oneOf, that } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete, placedIvr } from '../support/flows.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

const needs = { call: true, webhook: true } as const;
/** Cut or rounded it is two seconds, and no other number even where we measured a little wrongly. */
const talkMs = 2250;
/** Between what we see and what the target does. */
const measuringS = 0.2;

scenario(
  {
    id: 'sessioncompleted/caller-hangs-up',
    title: 'The caller hangs up: one sessionCompleted with reason callingPartyDrop and the seconds since the answer',
    area: 'sessioncompleted',
    capability: 'ivr',
    requirements: [
      'sessioncompleted-sent',
      'sessioncompleted-session-id',
      'sessioncompleted-domain',
      'sessioncompleted-ivr-server',
      'sessioncompleted-duration-present',
      'sessioncompleted-duration',
      'sessioncompleted-reason-present',
      'sessioncompleted-reason-values',
      'sessioncompleted-reason-calling-party-drop',
      'sessioncompleted-session-reference',
      'sessioncompleted-trace-id',
      'sessioncompleted-http-transaction-id',
    ],
    needs,
  },
  async (ctx) => {
    const { call, sessionId } = await answeredIvr(ctx);
    const at = (method: string, status?: number): number =>
      call.sipp.messages().find((m) => m.method === method && m.status === status)?.at ?? Number.NaN;
    const answered = at('INVITE', 200) - ctx.harness.clock.epoch;
    await call.rtp.sendTone(440, talkMs - (ctx.harness.clock.now() - answered));
    const { body } = await hangupAndComplete(ctx, call);
    const seconds = (at('BYE') - at('INVITE', 200)) / 1000;
    ctx.expect('sessioncompleted-sent', 'sessionCompleted', ctx.webhooks.all('sessionCompleted').length, is(1));
    ctx.expect('sessioncompleted-session-id', 'sessionId', body.sessionId, is(sessionId));
    ctx.expect('sessioncompleted-domain', 'domain', body.domain, is(ctx.target.domain));
    ctx.expect('sessioncompleted-ivr-server', 'ivrServer', body.ivrServer, ipAddress);
    ctx.expect('sessioncompleted-session-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
    const { traceId } = (await ctx.webhooks.next('callAnswered')).body;
    ctx.expect('sessioncompleted-trace-id', 'traceId', body.traceId, nonEmptyText);
    ctx.expect('sessioncompleted-trace-id', 'traceId, as in callAnswered', body.traceId, is(traceId));
    ctx.expect('sessioncompleted-http-transaction-id', 'httpTransactionId', body.httpTransactionId, nonEmptyText);
    ctx.expect(
      'sessioncompleted-duration-present',
      'sessionDuration',
      body.sessionDuration,
      that('there', (value: unknown) => value !== undefined && value !== null),
    );
    ctx.expect('sessioncompleted-reason-present', 'reason', body.reason, nonEmptyText);
    const duration = numberOf(body.sessionDuration);
    ctx.expect('sessioncompleted-duration', 'sessionDuration is whole', Number.isInteger(duration), is(true));
    ctx.expect(
      'sessioncompleted-duration',
      `sessionDuration after ${seconds.toFixed(2)} s`,
      duration,
      between(Math.floor(seconds - measuringS), Math.round(seconds + measuringS)),
    );
    const values = [
      'completed',
      'callingPartyDrop',
      'calledPartyDrop',
      'applicationHangup',
      'cancelled',
      'rejected',
      'noAnswer',
      'maxDuration',
      'error',
    ];
    ctx.expect('sessioncompleted-reason-values', 'reason', body.reason, oneOf(...values));
    ctx.expect('sessioncompleted-reason-calling-party-drop', 'reason', body.reason, is('callingPartyDrop'));
  },
);

scenario(
  {
    id: 'sessioncompleted/ivr-hangs-up',
    title: 'The IVR hangs up after its phrases: the caller gets BYE, reason completed',
    area: 'sessioncompleted',
    capability: 'tts',
    requirements: ['sessioncompleted-reason-completed'],
    needs: { ...needs, rtp: true },
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx, { commands: play([spoken('Goodbye.')], hangUp()) });
    await call.ended;
    const { body } = await ctx.webhooks.next('sessionCompleted');
    const bye = call.sipp.messages().find((m) => m.method === 'BYE' && m.status === undefined);
    ctx.expect('sessioncompleted-reason-completed', 'BYE', bye?.direction, is('received'));
    ctx.expect('sessioncompleted-reason-completed', 'reason', body.reason, is('completed'));
  },
);

scenario(
  {
    id: 'sessioncompleted/called-party-hangs-up',
    title: 'The party that the IVR called hangs up: reason calledPartyDrop',
    area: 'sessioncompleted',
    capability: 'outbound',
    requirements: [
      'sessioncompleted-reason-called-party-drop',
      'sessioncompleted-session-id',
      'rest-general-domain-in-path',
    ],
    needs,
  },
  async (ctx) => {
    const { callee, sessionId } = await placedIvr(ctx);
    const { body } = await hangupAndComplete(ctx, callee);
    ctx.expect('sessioncompleted-session-id', 'sessionId', body.sessionId, is(sessionId));
    ctx.expect('rest-general-domain-in-path', 'domain of the call that was placed', body.domain, is(ctx.target.domain));
    ctx.expect('sessioncompleted-reason-called-party-drop', 'reason', body.reason, is('calledPartyDrop'));
  },
);

scenario(
  {
    id: 'sessioncompleted/caller-cancels',
    title: 'The caller cancels before the answer: 200 to CANCEL, 487 to INVITE, reason cancelled with duration 0',
    area: 'sessioncompleted',
    requirements: [
      'sessioncompleted-reason-cancelled',
      'sessioncompleted-duration-unanswered',
      'callanswered-not-before-answer',
      'sip-cancel',
    ],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const delayMs = Math.min(1200, ctx.target.timers.callbackTimeoutMs * 0.7);
      ctx.webhooks.on('newCall', { answer: { json: ivr(), delayMs, expectInvalid: false } });
      const caller = wireCaller(ctx, wire);
      await caller.send('INVITE', { body: audioSdp(wire) });
      await ctx.webhooks.next('newCall');
      // RFC 3261 9.1: no CANCEL before a provisional response.
      await wire.waitFor('provisional response', (m) => (m.status ?? 0) < 200 && m.method === 'INVITE');
      const cancelled = await caller.ask('CANCEL');
      ctx.expect('sip-cancel', 'response to CANCEL', cancelled.status, is(200));
      const final = await wire.waitFor(
        'final response to INVITE',
        (m) => (m.status ?? 0) >= 200 && m.method === 'INVITE',
      );
      await caller.acknowledge(final);
      ctx.expect('sip-cancel', 'response to INVITE', final.status, is(487));
      const { body } = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('sessioncompleted-reason-cancelled', 'reason', body.reason, is('cancelled'));
      ctx.expect('sessioncompleted-duration-unanswered', 'sessionDuration', numberOf(body.sessionDuration), is(0));
      await ctx.webhooks.quiet(ctx.target.timers.quietMs);
      ctx.expect('callanswered-not-before-answer', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(0));
    }),
);

scenario(
  {
    id: 'sessioncompleted/callanswered-of-an-inbound-call',
    title: 'callAnswered of an inbound IVR call names caller, dialled number, connection and session',
    area: 'sessioncompleted',
    capability: 'ivr',
    requirements: [
      'callanswered-calling-party-number',
      'callanswered-remote-party-number',
      'callanswered-caller-participant-id',
      'callanswered-connection-id',
      'callanswered-calling-party-expires-absent',
      'callanswered-codec-absent',
      'callanswered-ivr-inbound-parties',
      'callanswered-session-id',
      'sessioncompleted-sent',
    ],
    needs,
  },
  async (ctx) => {
    const { call, sessionId } = await answeredIvr(ctx, { call: { from: '+46701234567' } });
    const { body } = await ctx.webhooks.next('callAnswered');
    ctx.expect(
      'callanswered-calling-party-number',
      'callingPartyNumber',
      String(body.callingPartyNumber),
      is('+46701234567'),
    );
    ctx.expect('callanswered-caller-participant-id', 'callerParticipantId', body.callerParticipantId, nonEmptyText);
    ctx.expect('callanswered-connection-id', 'connectionId', body.connectionId, nonEmptyText);
    ctx.expect('callanswered-remote-party-number', 'remotePartyNumber', String(body.remotePartyNumber), is(ctx.number));
    ctx.expect('callanswered-codec-absent', 'codec', body.codec, absent);
    for (const name of ['callingPartyExpires', 'calledPartyExpires']) {
      ctx.expect('callanswered-calling-party-expires-absent', name, body[name], absent);
    }
    ctx.expect('callanswered-ivr-inbound-parties', 'calleeParticipantId', body.calleeParticipantId, absent);
    ctx.should('callanswered-session-id', 'sessionId', body.sessionId, is(sessionId));
    const completed = await hangupAndComplete(ctx, call);
    ctx.expect('sessioncompleted-sent', 'sessionCompleted', completed.body.sessionId, is(sessionId));
  },
);
