import { scenario } from '../../harness/scenario.ts';
import { hangUp } from '../support/answers.ts';
import { ipAddress, is, nonEmptyText, that } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';
import { accept, calleeUser, endedByTarget, invitedOnWire, provisional, refuse } from '../support/outbound.ts';
import { onWire } from '../support/wire.ts';

const area = 'callnotify';
const capability = 'outbound';
const needs = { call: true, webhook: true, rest: true } as const;
const notTrue = that('not true', (value: unknown) => value !== true);

scenario(
  {
    id: 'callnotify/ringing',
    title: 'The first ringing response leads to one callNotify that tells of party, session and call',
    area,
    capability,
    requirements: [
      'callnotify-ringing',
      'callnotify-ringing-once',
      'callnotify-not-monitoring',
      'callnotify-participant-id',
      'callnotify-session-id',
      'callnotify-session-reference',
      'callnotify-user',
      'callnotify-sip-call-id',
      'callnotify-ivr-server',
      'callnotify-reply-id',
      'callnotify-trace-id',
      'callnotify-http-transaction-id',
      'placeivrcall-ringing-notified',
    ],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('getIvrCommand', hangUp());
        const invite = await invitedOnWire(ctx, wire);
        await provisional(wire, invite, 100);
        for (const status of [180, 183, 180, 180]) await provisional(wire, invite, status);
        const { body } = await ctx.webhooks.next('callNotify');
        await accept(wire, invite, media);
        await endedByTarget(wire);
        const completed = await ctx.webhooks.next('sessionCompleted');
        const command = ctx.webhooks.all('getIvrCommand')[0]?.body ?? {};
        ctx.expect('callnotify-ringing', 'event', body.event, is('ringing'));
        ctx.expect('placeivrcall-ringing-notified', 'event', body.event, is('ringing'));
        const once = ['callnotify-ringing-once', 'placeivrcall-ringing-notified'];
        ctx.expect(once, 'callNotify', ctx.webhooks.all('callNotify').length, is(1));
        ctx.expect('callnotify-not-monitoring', 'monitoringParticipant', body.monitoringParticipant, notTrue);
        ctx.expect('callnotify-participant-id', 'participantId', body.participantId, nonEmptyText);
        ctx.expect('callnotify-session-id', 'sessionId', body.sessionId, is(command.sessionId));
        ctx.expect('callnotify-session-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
        ctx.expect('callnotify-user', 'user', body.user, is(calleeUser));
        // The sample shows a number, the table says text (D-TYPE).
        ctx.expect('callnotify-sip-call-id', 'sipCallId', String(body.sipCallId), is(invite.header('Call-ID', 'i')));
        ctx.expect('callnotify-ivr-server', 'ivrServer', body.ivrServer, ipAddress);
        ctx.should('callnotify-reply-id', 'replyId', body.replyId, nonEmptyText);
        ctx.expect('callnotify-trace-id', 'traceId', body.traceId, nonEmptyText);
        ctx.expect('callnotify-trace-id', 'traceId', body.traceId, is(completed.body.traceId));
        const own = that('one that no other callback has', (id: unknown) => id !== completed.body.httpTransactionId);
        ctx.expect('callnotify-http-transaction-id', 'httpTransactionId', body.httpTransactionId, nonEmptyText);
        ctx.expect('callnotify-http-transaction-id', 'httpTransactionId', body.httpTransactionId, own);
      }),
    ),
);

scenario(
  {
    id: 'callnotify/session-progress',
    title: 'A 183 counts as ringing',
    area,
    capability,
    requirements: ['callnotify-ringing-on-183'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, async (wire) => {
      const invite = await invitedOnWire(ctx, wire);
      await provisional(wire, invite, 183);
      const { body } = await ctx.webhooks.next('callNotify');
      ctx.expect('callnotify-ringing-on-183', 'event', body.event, is('ringing'));
      await refuse(ctx, wire, invite);
    }),
);

scenario(
  {
    id: 'callnotify/trying',
    title: '100 Trying, and an answer without ringing, lead to no callNotify',
    area,
    capability,
    requirements: ['callnotify-ringing-not-on-100'],
    needs,
  },
  (ctx) =>
    onWire(ctx, { name: 'callee' }, (wire) =>
      withMedia(ctx, async (media) => {
        ctx.webhooks.on('getIvrCommand', hangUp());
        const invite = await invitedOnWire(ctx, wire);
        await provisional(wire, invite, 100);
        await ctx.webhooks.quiet(300);
        await accept(wire, invite, media);
        await endedByTarget(wire);
        await ctx.webhooks.next('sessionCompleted');
        const rang = ctx.webhooks.all('callNotify').length;
        ctx.expect('callnotify-ringing-not-on-100', 'callNotify', rang, is(0));
      }),
    ),
);

for (const { name, title, answer } of [
  { name: 'no-body', title: '204 without a body', answer: { answer: { status: 204, raw: '', expectInvalid: true } } },
  {
    name: 'text',
    title: '200 with a text',
    answer: { answer: { raw: 'thanks', contentType: 'text/plain', expectInvalid: true } },
  },
  {
    name: 'action',
    title: '200 with an action',
    answer: { answer: { json: { action: 'drop' }, expectInvalid: true } },
  },
]) {
  scenario(
    {
      id: `callnotify/answered-${name}`,
      title: `A callNotify that is answered with ${title} changes nothing`,
      area,
      capability,
      requirements: ['callnotify-answer-not-used'],
      needs,
    },
    (ctx) =>
      onWire(ctx, { name: 'callee' }, (wire) =>
        withMedia(ctx, async (media) => {
          ctx.webhooks.on('getIvrCommand', hangUp()).on('callNotify', answer);
          const invite = await invitedOnWire(ctx, wire);
          await provisional(wire, invite, 180);
          await ctx.webhooks.next('callNotify');
          await accept(wire, invite, media);
          await endedByTarget(wire);
          await ctx.webhooks.next('sessionCompleted');
          const names = ['callNotify', 'callAnswered', 'getIvrCommand', 'sessionCompleted'];
          ctx.expect('callnotify-answer-not-used', 'callbacks', ctx.webhooks.sequence(), is(names));
        }),
      ),
  );
}
