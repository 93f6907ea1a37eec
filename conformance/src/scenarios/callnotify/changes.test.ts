import { scenario } from '../../harness/scenario.ts';
import { ipAddress, is, nonEmptyText } from '../support/expected.ts';
import { audioSdp } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'callnotify';
const capability = 'ivr';
const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'callnotify/reinvite-and-update',
    title: 'Each re-INVITE and each UPDATE of a caller leads to one callNotify, a retransmission to none',
    area,
    capability,
    requirements: [
      'callnotify-reinvite',
      'callnotify-update',
      'callnotify-reinvite-each',
      'callnotify-participant-id',
      'callnotify-session-id',
      'callnotify-session-reference',
      'callnotify-sip-call-id',
      'callnotify-ivr-server',
    ],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ wire, caller, command, media }) => {
      const again = caller.request('INVITE', { body: audioSdp(media, { version: 2 }) });
      const cseq = /^CSeq: (\d+ INVITE)/m.exec(again)?.[1] ?? '';
      const from = wire.received().length;
      await wire.send(again);
      const isOk = (m: { status?: number; header(name: string): string | undefined }): boolean =>
        m.status === 200 && m.header('CSeq') === cseq;
      await wire.waitFor('200 to the re-INVITE', isOk, { from });
      const between = wire.received().length;
      await wire.send(again);
      const ok = await wire.waitFor('200 to the copy', isOk, { from: between });
      await caller.send('ACK', { cseq: Number.parseInt(cseq, 10), to: ok.header('To', 't') ?? '' });
      const first = await ctx.webhooks.next('callNotify');
      ctx.expect('callnotify-reinvite', 'event', first.body.event, is('reInvite'));
      const update = await caller.ask('UPDATE', { body: audioSdp(media, { version: 3 }) });
      ctx.expect('callnotify-update', 'status of UPDATE', update.status, is(200));
      const second = await ctx.webhooks.next('callNotify');
      ctx.expect('callnotify-update', 'event', second.body.event, is('update'));
      const [answered] = ctx.webhooks.all('callAnswered');
      for (const { body } of [first, second]) {
        ctx.expect('callnotify-participant-id', 'participantId', body.participantId, nonEmptyText);
        ctx.expect(
          'callnotify-participant-id',
          'participantId',
          body.participantId,
          is(answered?.body.callerParticipantId),
        );
        ctx.expect('callnotify-session-id', 'sessionId', body.sessionId, is(command.body.sessionId));
        ctx.expect('callnotify-session-reference', 'sessionReferenceId', body.sessionReferenceId, is(ctx.reference));
        ctx.expect('callnotify-sip-call-id', 'sipCallId', String(body.sipCallId), is(caller.callId));
        ctx.expect('callnotify-ivr-server', 'ivrServer', body.ivrServer, ipAddress);
      }
      await caller.bye();
      await ctx.webhooks.next('sessionCompleted');
      const events = ctx.webhooks.all('callNotify').map(({ body }) => body.event);
      ctx.expect('callnotify-reinvite-each', 'events', events, is(['reInvite', 'update']));
    }),
);

scenario(
  {
    id: 'callnotify/without-description',
    title: 'A re-INVITE and an UPDATE without SDP lead to one callNotify each',
    area,
    capability,
    requirements: ['callnotify-reinvite-each', 'callnotify-reinvite', 'callnotify-update'],
    needs,
  },
  (ctx) =>
    onWireIvr(ctx, {}, async ({ caller, media }) => {
      const ok = await caller.ask('INVITE');
      ctx.expect('callnotify-reinvite-each', 'status of the re-INVITE', ok.status, is(200));
      await caller.acknowledge(ok, { body: audioSdp(media, { version: 2 }) });
      const refreshed = await caller.ask('UPDATE');
      ctx.expect('callnotify-reinvite-each', 'status of the UPDATE', refreshed.status, is(200));
      await caller.bye();
      await ctx.webhooks.next('sessionCompleted');
      const events = ctx.webhooks.all('callNotify').map(({ body }) => body.event);
      const slugs = ['callnotify-reinvite-each', 'callnotify-reinvite', 'callnotify-update'];
      ctx.expect(slugs, 'events', events, is(['reInvite', 'update']));
    }),
);
