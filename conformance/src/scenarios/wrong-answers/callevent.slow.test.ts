import { scenario } from '../../harness/scenario.ts';
import { ivr } from '../support/answers.ts';
import { callTo } from '../support/bridge.ts';
import { is, that } from '../support/expected.ts';
import { calleeUser, isRequest } from '../support/outbound.ts';
import { onWireDial } from '../support/wire-bridge.ts';
import { responseTo } from '../support/wire-caller.ts';
import { afterTimeLimit, type Fault, faultsIn } from '../support/wrong-answers.ts';

const dest = 'sip:nobody@127.0.0.1:9';

const { ways, value } = faultsIn('callevent', {
  failed: 'No response to callEvent request',
  noObject: 'No action provided in callEvent response',
});

const faults: readonly Fault[] = [
  ...ways(ivr()),
  value('no-address', 'a call to nobody', { action: 'call' }),
  value('display-name-object', 'an object as displayName', callTo(dest, { displayName: {} })),
  value('ring-time-negative', 'maxRingTime below 0', callTo(dest, { maxRingTime: -1 })),
  value('crlf-header', 'CR and LF in a header', callTo(dest, { xHeaders: { 'x-a': 'b\r\nEvil: c' } })),
  value('connect-nobody', 'a connect with nobody', { action: 'connect', participantId: 'nobody' }),
  {
    ...value('action-array', 'an action in an array', { action: ['ivr'] }),
    slug: 'wrong-answers-callevent-action-type',
    error: 'callEvent response with unknown action',
  },
];

const refused = that('a failure', (status: number | undefined) => (status ?? 0) >= 400 && (status ?? 0) < 700);

for (const { name, title, slug, error, answer } of faults) {
  scenario(
    {
      id: `wrong-answers/callevent-${name}`,
      title: `callEvent about a caller who still waits, answered with ${title}: the caller is refused, one alarm, sessionCompleted`,
      area: 'wrong-answers',
      capability: 'call-control',
      requirements: [slug, 'sessioncompleted-reason-error', 'ordering-question-not-retried'],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      onWireDial(ctx, { events: { answer: answer(ctx) } }, async ({ wire, final, callee, invite }) => {
        await callee.send(responseTo(invite, 486, { toTag: calleeUser }));
        await callee.waitFor('ACK', isRequest('ACK'));
        const { status } = await final;
        ctx.expect(slug, 'final response to the caller', status, refused);
        const alarm = await ctx.webhooks.next('alarm');
        ctx.expect(slug, 'type and error', [alarm.body.type, alarm.body.error], is(['callEventError', error]));
        const completed = await ctx.webhooks.next('sessionCompleted', { within: afterTimeLimit(ctx) });
        ctx.expect('sessioncompleted-reason-error', 'reason', completed.body.reason, is('error'));
        const asked = await ctx.webhooks.next('callEvent');
        await asked.answered;
        await ctx.webhooks.quiet(ctx.target.timers.quietMs);
        ctx.expect(slug, 'alarms', ctx.webhooks.all('alarm').length, is(1));
        ctx.expect('ordering-question-not-retried', 'callEvents', ctx.webhooks.all('callEvent').length, is(1));
        ctx.expect(slug, 'INVITEs to the callee', callee.received().filter(isRequest('INVITE')).length, is(1));
        ctx.expect(slug, 'final responses', wire.received().filter((m) => (m.status ?? 0) >= 200).length, is(1));
      }),
  );
}
