import { scenario } from '../../harness/scenario.ts';
import { is, that } from '../support/expected.ts';
import { talk, withMedia } from '../support/media.ts';
import { accept, isRequest } from '../support/outbound.ts';
import { onWireDial } from '../support/wire-bridge.ts';
import { responseTo } from '../support/wire-caller.ts';

scenario(
  {
    id: 'callanswered/two-intervals',
    title: 'Of two parties with different session intervals callAnswered gives each its own',
    area: 'callanswered',
    capability: 'session-timers',
    requirements: ['callanswered-calling-party-expires', 'callanswered-called-party-expires'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    withMedia(ctx, (media, calleeMedia) => {
      const headers = ['Supported: timer', 'Session-Expires: 1200;refresher=uac', 'Min-SE: 90'];
      return onWireDial(ctx, { media, invite: { headers } }, async ({ caller, final, callee, invite }) => {
        talk(calleeMedia, invite);
        await accept(callee, invite, calleeMedia, ['Require: timer', 'Session-Expires: 900;refresher=uac']);
        const ok = await final;
        talk(media, ok);
        const interval = Number.parseInt(ok.header('Session-Expires', 'x') ?? '', 10);
        const { body } = await ctx.webhooks.next('callAnswered');
        const slug = 'callanswered-calling-party-expires';
        const another = that('another one than 900', (seconds: number) => seconds > 0 && seconds !== 900);
        ctx.expect(slug, 'interval in the 200 to the caller', interval, another);
        ctx.expect(slug, 'callingPartyExpires', body.callingPartyExpires, is(interval));
        ctx.expect('callanswered-called-party-expires', 'calledPartyExpires', body.calledPartyExpires, is(900));
        await caller.bye();
        await callee.send(responseTo(await callee.waitFor('BYE', isRequest('BYE')), 200));
        await ctx.webhooks.next('sessionCompleted');
      });
    }),
);
