import { scenario } from '../../harness/scenario.ts';
import { dialledCall } from '../support/bridge.ts';
import { is, nonEmptyText } from '../support/expected.ts';
import { onWireBridge } from '../support/wire-bridge.ts';
import { audioSdp } from '../support/wire-caller.ts';

const area = 'callnotify';
const capability = 'call-control';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'callnotify/callee-rings',
    title: 'callNotify of a callee who rings names the callee and the caller at the other side',
    area,
    capability,
    requirements: [
      'callnotify-ringing',
      'callnotify-ringing-once',
      'callnotify-user',
      'callnotify-remote-user',
      'callnotify-remote-participant-id',
      'callnotify-participant-id',
      'callnotify-session-id',
      'callnotify-session-reference',
    ],
    needs,
  },
  async (ctx) => {
    const from = `rings-${ctx.number.slice(-5)}`;
    const call = await dialledCall(ctx, { call: { from }, callee: { answer: 'signal' } });
    const { body } = await ctx.webhooks.next('callNotify');
    await call.callee.answer();
    await Promise.all([call.caller.established, call.callee.established]);
    const { callerParticipantId, calleeParticipantId } = (await ctx.webhooks.next('callAnswered')).body;
    await call.caller.hangup();
    await ctx.webhooks.next('sessionCompleted');
    ctx.expect('callnotify-ringing', 'event', body.event, is('ringing'));
    ctx.expect('callnotify-ringing-once', 'callNotify', ctx.webhooks.all('callNotify').length, is(1));
    ctx.expect('callnotify-user', 'user', body.user, is(call.callee.user));
    ctx.expect('callnotify-remote-user', 'remoteUser', body.remoteUser, is(from));
    ctx.expect('callnotify-participant-id', 'participantId', body.participantId, is(calleeParticipantId));
    ctx.expect('callnotify-remote-participant-id', 'remoteParticipantId', callerParticipantId, nonEmptyText);
    ctx.expect(
      'callnotify-remote-participant-id',
      'remoteParticipantId',
      body.remoteParticipantId,
      is(callerParticipantId),
    );
    ctx.expect('callnotify-session-id', 'sessionId', body.sessionId, is(call.sessionId));
    ctx.expect('callnotify-session-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
  },
);

scenario(
  {
    id: 'callnotify/update-of-two',
    title: 'An UPDATE of the caller of two parties leads to a callNotify with the callee at the other side',
    area,
    capability,
    requirements: ['callnotify-update', 'callnotify-remote-participant-id', 'callnotify-remote-user'],
    needs,
  },
  (ctx) =>
    onWireBridge(ctx, async ({ caller, media, answered }) => {
      await caller.ask('UPDATE', { body: audioSdp(media, { version: 2 }) });
      const { body } = await ctx.webhooks.next('callNotify');
      const { callerParticipantId, calleeParticipantId, remotePartyNumber } = answered.body;
      ctx.expect('callnotify-update', 'event', body.event, is('update'));
      ctx.expect('callnotify-update', 'participantId', body.participantId, is(callerParticipantId));
      const row = 'callnotify-remote-participant-id';
      ctx.expect(row, 'remoteParticipantId', body.remoteParticipantId, is(calleeParticipantId));
      ctx.expect('callnotify-remote-user', 'remoteUser', body.remoteUser, is(remotePartyNumber));
    }),
);
