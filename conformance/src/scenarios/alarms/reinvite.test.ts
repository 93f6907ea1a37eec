import { scenario } from '../../harness/scenario.ts';
import { is } from '../support/expected.ts';
import { calleeUser, isRequest } from '../support/outbound.ts';
import { onWireBridge } from '../support/wire-bridge.ts';
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
