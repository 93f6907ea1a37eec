import { header } from '../../drivers/sipp/message-log.ts';
import { scenario } from '../../harness/scenario.ts';
import { hangUp } from '../support/answers.ts';
import { absent, is, nonEmptyText, that } from '../support/expected.ts';
import { answeredIvr, placedIvr } from '../support/flows.ts';
import { withMedia } from '../support/media.ts';
import { accept, endedByTarget, invitedOnWire, provisional } from '../support/outbound.ts';
import { onWire } from '../support/wire.ts';

const area = 'callanswered';
const needs = { call: true, webhook: true } as const;
const notTrue = that('not true', (value: unknown) => value !== true);

scenario(
  {
    id: 'callanswered/outbound-ivr-call',
    title: 'callAnswered of an outbound IVR call names the called party, its number and the From user',
    area,
    capability: 'outbound',
    requirements: [
      'callanswered-ivr-outbound-parties',
      'callanswered-calling-party-number',
      'callanswered-remote-party-number',
      'callanswered-connection-id',
      'callanswered-reply-id',
      'callanswered-session-reference',
      'callanswered-once',
      'callanswered-ivr',
      'callanswered-codec-absent',
      'callanswered-calling-party-expires-absent',
      'callanswered-session-id',
    ],
    needs: { ...needs, rest: true },
  },
  async (ctx) => {
    const { callee, sessionId } = await placedIvr(ctx, { commands: hangUp() });
    await callee.ended;
    const { body, at } = await ctx.webhooks.next('callAnswered');
    await ctx.webhooks.next('sessionCompleted');
    ctx.expect(
      'callanswered-calling-party-number',
      'callingPartyNumber',
      String(body.callingPartyNumber),
      is(ctx.number),
    );
    ctx.expect(
      'callanswered-remote-party-number',
      'remotePartyNumber',
      String(body.remotePartyNumber),
      is(callee.user),
    );
    ctx.expect('callanswered-ivr-outbound-parties', 'calleeParticipantId', body.calleeParticipantId, nonEmptyText);
    ctx.expect('callanswered-ivr-outbound-parties', 'callerParticipantId', body.callerParticipantId, absent);
    const numbers = [String(body.callingPartyNumber), String(body.remotePartyNumber)];
    ctx.expect('callanswered-ivr-outbound-parties', 'numbers', numbers, is([ctx.number, callee.user]));
    ctx.expect('callanswered-connection-id', 'connectionId', body.connectionId, nonEmptyText);
    ctx.expect('callanswered-reply-id', 'replyId', body.replyId, nonEmptyText);
    ctx.expect('callanswered-session-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
    ctx.expect('callanswered-once', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(1));
    const first = ctx.webhooks.all('getIvrCommand')[0]?.at ?? Number.NaN;
    const before = that('positive', (ms: number) => ms >= 0);
    ctx.expect('callanswered-ivr', 'ms from callAnswered to the first getIvrCommand', first - at, before);
    for (const name of ['codec', 'remoteRtpIp', 'remoteRtpPort']) {
      ctx.expect('callanswered-codec-absent', name, body[name], absent);
    }
    for (const name of ['callingPartyExpires', 'calledPartyExpires']) {
      ctx.expect('callanswered-calling-party-expires-absent', name, body[name], absent);
    }
    ctx.should('callanswered-session-id', 'sessionId', body.sessionId, is(sessionId));
  },
);

scenario(
  {
    id: 'callanswered/inbound-ivr-call',
    title: 'callAnswered of an inbound IVR call names the caller as calling party, and the number that was dialled',
    area,
    capability: 'ivr',
    requirements: [
      'callanswered-ivr-inbound-parties',
      'callanswered-caller-participant-id',
      'callanswered-reply-id',
      'callanswered-once',
    ],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx, { call: { from: 'suite-caller-7' }, commands: hangUp() });
    await call.ended;
    const { body } = await ctx.webhooks.next('callAnswered');
    await ctx.webhooks.next('sessionCompleted');
    const numbers = [String(body.callingPartyNumber), String(body.remotePartyNumber)];
    ctx.expect('callanswered-ivr-inbound-parties', 'numbers', numbers, is(['suite-caller-7', ctx.number]));
    ctx.expect('callanswered-ivr-inbound-parties', 'calleeParticipantId', body.calleeParticipantId, absent);
    ctx.expect('callanswered-caller-participant-id', 'callerParticipantId', body.callerParticipantId, nonEmptyText);
    ctx.expect('callanswered-reply-id', 'replyId', body.replyId, nonEmptyText);
    ctx.expect('callanswered-once', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(1));
    ctx.expect('callanswered-ivr-inbound-parties', 'monitoringParticipant', body.monitoringParticipant, notTrue);
  },
);

scenario(
  {
    id: 'callanswered/called-party-expires',
    title: 'calledPartyExpires is the interval that the called party has answered with',
    area,
    capability: 'session-timers',
    requirements: ['callanswered-called-party-expires'],
    needs: { ...needs, rest: true },
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('getIvrCommand', hangUp());
        const invite = await invitedOnWire(ctx, wire);
        const timers = /\btimer\b/.test(
          `${invite.headers('Supported', 'k').join()} ${invite.headers('Require').join()}`,
        );
        ctx.note('the INVITE supports session timers', timers);
        await provisional(wire, invite, 180);
        await accept(wire, invite, media, ['Require: timer', 'Session-Expires: 900;refresher=uac']);
        await endedByTarget(wire);
        const { body } = await ctx.webhooks.next('callAnswered');
        ctx.expect('callanswered-called-party-expires', 'calledPartyExpires', body.calledPartyExpires, is(900));
        await ctx.webhooks.next('sessionCompleted');
      }),
    ),
);

scenario(
  {
    id: 'callanswered/calling-party-expires',
    title: 'callingPartyExpires is the interval of the 200, when the caller asked for a session timer',
    area,
    capability: 'session-timers',
    requirements: ['callanswered-calling-party-expires'],
    needs,
  },
  async (ctx) => {
    const headers = ['Supported: timer', 'Session-Expires: 1200;refresher=uac', 'Min-SE: 90'];
    const { call } = await answeredIvr(ctx, { call: { headers }, commands: hangUp() });
    await call.ended;
    const ok = call.sipp.messages().find((m) => m.method === 'INVITE' && m.status === 200);
    const interval = Number.parseInt(header(ok?.raw ?? '', 'Session-Expires', 'x') ?? '', 10);
    const { body } = await ctx.webhooks.next('callAnswered');
    ctx.expect('callanswered-calling-party-expires', 'callingPartyExpires', body.callingPartyExpires, is(interval));
    await ctx.webhooks.next('sessionCompleted');
  },
);
