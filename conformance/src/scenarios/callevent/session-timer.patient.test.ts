// The shortest session timer is 90 s (RFC 4028 section 4), of which a third is left when it is given up (section 10).
import { scenario } from '../../harness/scenario.ts';
import { between, is } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { accept, isRequest } from '../support/outbound.ts';
import { onWireDial } from '../support/wire-bridge.ts';
import { responseTo } from '../support/wire-caller.ts';

scenario(
  {
    id: 'callevent/session-timer',
    title:
      'A callee who does not refresh the session gets BYE, callEvent calledPartyFailure and the alarm sessionExpired',
    area: 'callevent',
    capability: 'call-control',
    requirements: ['callevent-failure-session-timer', 'sip-session-timer-expires', 'alarms-call-session-expired'],
    needs: { call: true, webhook: true },
    timeoutMs: 110_000,
  },
  (ctx) =>
    withMedia(ctx, (media, calleeMedia) =>
      onWireDial(ctx, { media }, async ({ caller, final, callee, invite }) => {
        talk(calleeMedia, invite);
        const ack = await accept(callee, invite, calleeMedia, ['Require: timer', 'Session-Expires: 90;refresher=uas']);
        talk(media, await final);
        const bye = await callee.waitFor('BYE', isRequest('BYE'), { within: 100_000 });
        await callee.send(responseTo(bye, 200));
        // Not before two thirds of the interval are over, and not after its end.
        const row = 'sip-session-timer-expires';
        ctx.expect(row, 'ms from the ACK to the BYE', bye.at - ack.at, between(57_000, 92_000));
        const event = await ctx.webhooks.next('callEvent');
        ctx.expect('callevent-failure-session-timer', 'event', event.body.event, is('calledPartyFailure'));
        const alarm = await ctx.webhooks.next('alarm');
        ctx.expect('alarms-call-session-expired', 'type', alarm.body.type, is('callError'));
        ctx.expect('alarms-call-session-expired', 'error', alarm.body.error, is('sessionExpired'));
        await caller.answer('BYE');
        await ctx.webhooks.next('sessionCompleted');
      }),
    ),
);
