import { scenario } from '../../harness/scenario.ts';
import { is, numberOf, that } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const area = 'sip';

scenario(
  {
    id: 'sip/session-timer',
    title:
      'A caller that asks for a session timer gets Session-Expires in the 200, and callAnswered tells the interval',
    area,
    capability: 'session-timers',
    requirements: ['sip-session-timer-refresher', 'callanswered-calling-party-expires'],
    needs: { call: true, webhook: true },
  },
  (ctx) => {
    const headers = ['Supported: timer', 'Session-Expires: 1800;refresher=uac', 'Min-SE: 90'];
    return onWireIvr(ctx, { invite: { headers } }, async ({ caller, ok }) => {
      const value = ok.header('Session-Expires', 'x');
      const interval = that('1800 seconds or fewer, not below 90', (text: string | undefined) => {
        const seconds = Number.parseInt(text ?? '', 10);
        return seconds >= 90 && seconds <= 1800;
      });
      ctx.expect('sip-session-timer-refresher', 'Session-Expires of the 200', value, interval);
      const refresher = that('a value with a refresher', (text: string | undefined) =>
        /;\s*refresher=(uac|uas)/.test(text ?? ''),
      );
      ctx.expect('sip-session-timer-refresher', 'Session-Expires of the 200', value, refresher);
      const { body } = await ctx.webhooks.next('callAnswered');
      const expires = numberOf(body.callingPartyExpires);
      ctx.expect(
        'callanswered-calling-party-expires',
        'callingPartyExpires',
        expires,
        is(Number.parseInt(value ?? '', 10)),
      );
      await caller.bye();
    });
  },
);

scenario(
  {
    id: 'sip/session-timer-too-small',
    title: 'A Session-Expires that is too small is refused with 422 and Min-SE',
    area,
    capability: 'session-timers',
    requirements: ['sip-session-timer-too-small'],
    needs: { call: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const headers = ['Supported: timer', 'Session-Expires: 30'];
      const refused = await wireCaller(ctx, wire).invite({ headers, body: audioSdp(wire) });
      ctx.expect('sip-session-timer-too-small', 'response', refused.status, is(422));
      const minimum = that(
        'a number of seconds above 30',
        (text: string | undefined) => Number.parseInt(text ?? '', 10) > 30,
      );
      ctx.expect('sip-session-timer-too-small', 'Min-SE', refused.header('Min-SE'), minimum);
    }),
);
