import { scenario } from '../../harness/scenario.ts';
import { ivr } from '../support/answers.ts';
import { callTo } from '../support/bridge.ts';
import { is } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { afterTimeLimit, type Fault, faultsIn } from '../support/wrong-answers.ts';

const unknown = 'newCall response with unknown action';
const dest = 'sip:nobody@127.0.0.1:9';

const { ways, value } = faultsIn('newcall', {
  failed: 'newCall request failed',
  noObject: 'newCall response without action',
});
const action = (name: string, title: string, json: unknown): Fault => ({
  ...value(name, title, json),
  slug: 'wrong-answers-newcall-action-type',
  error: unknown,
});

const faults: readonly Fault[] = [
  ...ways(ivr()),
  value('no-address', 'a call to nobody', { action: 'call' }),
  value('display-name-object', 'an object as displayName', callTo(dest, { displayName: { name: 'Donald' } })),
  value('privacy-text', 'callerPrivacy as text', callTo(dest, { callerPrivacy: 'yes' })),
  value('headers-text', 'xHeaders as text', callTo(dest, { xHeaders: 'x-a: b' })),
  value('ring-time-negative', 'maxRingTime below 0', callTo(dest, { maxRingTime: -1 })),
  value('ring-time-text', 'maxRingTime as text', callTo(dest, { maxRingTime: '20' })),
  value('port-out-of-range', 'receivePort 65536', {
    ...{ action: 'httpcall', codec: 'PCMU', receiveIp: '127.0.0.1', receivePort: 65_536 },
  }),
  value('play-mode', 'an unknown playMode', callTo(dest, { greeting: { playMode: 'both' } })),
  value('connect-nobody', 'a connect with nobody', { action: 'connect', participantId: 'nobody' }),
  action('action-number', 'a number as action', { action: 5 }),
  action('action-array', 'an action in an array', { action: ['ivr'] }),
];

for (const { name, title, slug, error, answer } of faults) {
  scenario(
    {
      id: `wrong-answers/newcall-${name}`,
      title: `newCall answered with ${title}: 480 to the caller, one alarm, one sessionCompleted and nothing else`,
      area: 'wrong-answers',
      capability: 'alarms',
      requirements: [
        slug,
        'alarms-newcall-failed-480',
        'alarms-newcall-failed-completed',
        'ordering-question-not-retried',
      ],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      onWire(ctx, {}, async (wire) => {
        ctx.webhooks.on('newCall', { answer: answer(ctx) });
        const caller = wireCaller(ctx, wire);
        const final = await caller.invite({ body: audioSdp(wire) });
        ctx.expect('alarms-newcall-failed-480', 'final response', final.status, is(480));
        const alarm = await ctx.webhooks.next('alarm');
        ctx.expect(slug, 'type and error', [alarm.body.type, alarm.body.error], is(['newCallEventError', error]));
        const completed = await ctx.webhooks.next('sessionCompleted', { within: afterTimeLimit(ctx) });
        ctx.expect('alarms-newcall-failed-completed', 'reason', completed.body.reason, is('error'));
        const newCall = await ctx.webhooks.next('newCall');
        await newCall.answered;
        await ctx.webhooks.quiet(ctx.target.timers.quietMs);
        ctx.expect(slug, 'alarms', ctx.webhooks.all('alarm').length, is(1));
        ctx.expect('ordering-question-not-retried', 'newCalls', ctx.webhooks.all('newCall').length, is(1));
        const finals = wire.received().filter((m) => (m.status ?? 0) >= 200);
        ctx.expect(
          slug,
          'final responses',
          finals.map((m) => m.status),
          is([480]),
        );
      }),
  );
}
