import { scenario } from '../../harness/scenario.ts';
import { is } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';
import { accept, calleeUser, isRequest } from '../support/outbound.ts';
import { onWireBridge, onWireDial } from '../support/wire-bridge.ts';
import { audioSdp, responseTo } from '../support/wire-caller.ts';

scenario(
  {
    id: 'alarms/unexpected-reinvite-response',
    title:
      'A callee who refuses the re-INVITE of a hold: unexpectedReinviteResponse with its four properties; the call goes on',
    area: 'alarms',
    capability: 'call-control',
    requirements: [
      'alarms-call-unexpected-reinvite-response',
      'alarm-status',
      'alarm-participant-id',
      'alarm-user',
      'alarm-call-id',
    ],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWireBridge(ctx, async ({ wire, caller, callee, invite, media, answered }) => {
      const from = callee.received().length;
      const ok = await caller.invite({ body: audioSdp(media, { version: 2, direction: 'sendonly' }) });
      ctx.expect('alarms-call-unexpected-reinvite-response', 'answer to the hold', ok.status, is(200));
      const again = await callee.waitFor('re-INVITE', isRequest('INVITE'), { from });
      await callee.send(responseTo(again, 488));
      await callee.waitFor('ACK', isRequest('ACK'), { from });
      const { body } = await ctx.webhooks.next('alarm');
      const slug = 'alarms-call-unexpected-reinvite-response';
      ctx.expect(slug, 'type', body.type, is('callError'));
      ctx.expect(slug, 'error', body.error, is('unexpectedReinviteResponse'));
      ctx.expect('alarm-status', 'status', body.status, is('488'));
      const { calleeParticipantId } = answered.body;
      ctx.expect('alarm-participant-id', 'participantId', body.participantId, is(calleeParticipantId));
      ctx.expect('alarm-user', 'user', body.user, is(calleeUser));
      ctx.expect('alarm-call-id', 'callId', body.callId, is(invite.header('Call-ID', 'i')));
      const ends = [wire, callee].map((end) => end.received().filter(isRequest('BYE')).length);
      ctx.expect(slug, 'BYE to the caller, to the callee', ends, is([0, 0]));
    }),
);

for (const status of [408, 481] as const) {
  scenario(
    {
      id: `alarms/reinvite-${status}`,
      title: `A callee who answers the re-INVITE of a hold with ${status} has no such call any more: its leg ends, and callEvent asks for the caller`,
      area: 'alarms',
      capability: 'call-control',
      requirements: ['b2bua-reinvite-dialog-gone', 'alarms-call-unexpected-reinvite-response'],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      withMedia(ctx, (media, calleeMedia) =>
        onWireDial(ctx, { media }, async ({ wire, caller, final, callee, invite }) => {
          const slug = 'b2bua-reinvite-dialog-gone';
          await accept(callee, invite, calleeMedia);
          await final;
          await ctx.webhooks.next('callAnswered');
          const from = callee.received().length;
          await caller.invite({ body: audioSdp(media, { version: 2, direction: 'sendonly' }) });
          const again = await callee.waitFor('re-INVITE', isRequest('INVITE'), { from });
          await callee.send(responseTo(again, status));
          await callee.waitFor('ACK', isRequest('ACK'), { from });
          const alarm = (await ctx.webhooks.next('alarm')).body;
          ctx.expect('alarms-call-unexpected-reinvite-response', 'status', alarm.status, is(String(status)));
          const { body } = await ctx.webhooks.next('callEvent');
          ctx.expect(slug, 'event', body.event, is('calledPartyFailure'));
          // The answer to callEvent is drop.
          await wire.send(responseTo(await wire.waitFor('BYE', isRequest('BYE')), 200));
          // A BYE in a dialog that is no more is as good as none (RFC 3261 section 15.1.1).
          for (const bye of callee.received().filter(isRequest('BYE'))) await callee.send(responseTo(bye, 481));
          const completed = await ctx.webhooks.next('sessionCompleted');
          ctx.expect(slug, 'reason', completed.body.reason, is('error'));
        }),
      ),
  );
}
