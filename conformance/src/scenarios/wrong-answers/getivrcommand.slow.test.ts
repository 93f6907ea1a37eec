import { scenario } from '../../harness/scenario.ts';
import { hangUp, waiting } from '../support/answers.ts';
import { is } from '../support/expected.ts';
import { onWireIvr } from '../support/wire-ivr.ts';
import { afterTimeLimit, type Fault, faultsIn } from '../support/wrong-answers.ts';

const { ways, value } = faultsIn('ivr', { failed: 'getIvrCommand request error' });

const faults: readonly Fault[] = [
  ...ways(waiting()),
  value('phrases-text', 'phrases as text', hangUp({ phrases: 'welcome.wav' })),
  value('dtmf-text', 'dtmf as text', hangUp({ dtmf: '#' })),
  value('max-digits-zero', 'maxDigits 0', { dtmf: { maxDigits: 0 } }),
  value('timeout-negative', 'firstTimeout below 0', { dtmf: { maxDigits: 1, firstTimeout: -1 } }),
  value('termination-key', 'a terminationKey that no telephone has', { dtmf: { terminationKey: 'x' } }),
  value(
    'encryption',
    'an encryption that is unknown',
    waiting({ dtmf: { maxDigits: 1, encryption: { type: 'rot13' } } }),
  ),
  value('barge-in', 'an unknown bargeIn', waiting({ bargeIn: 'some' })),
  value('after-negative', 'getIVRCommandAfter below 0', { getIVRCommandAfter: -1 }),
  {
    ...value('forged-reply-id', 'a forged replyId', waiting({ replyId: 'eyJhbGciOiJub25lIn0.e30.' })),
    slug: 'wrong-answers-ivr-forged-reply-id',
    error: 'IVR command failed',
    answer: () => ({ json: waiting({ replyId: 'eyJhbGciOiJub25lIn0.e30.' }), expectInvalid: false }),
  },
];

for (const { name, title, slug, error, answer } of faults) {
  scenario(
    {
      id: `wrong-answers/ivr-${name}`,
      title: `getIvrCommand answered with ${title}: BYE, one alarm, one sessionCompleted and nothing else`,
      area: 'wrong-answers',
      capability: 'ivr',
      requirements: [slug, 'sessioncompleted-reason-error', 'ordering-question-not-retried'],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      onWireIvr(ctx, { commands: { answer: answer(ctx) } }, async ({ caller, command }) => {
        const alarm = await ctx.webhooks.next('alarm', { within: afterTimeLimit(ctx) });
        ctx.expect(slug, 'type and error', [alarm.body.type, alarm.body.error], is(['ivrCommandError', error]));
        await caller.answer('BYE');
        const completed = await ctx.webhooks.next('sessionCompleted', { within: afterTimeLimit(ctx) });
        ctx.expect('sessioncompleted-reason-error', 'reason', completed.body.reason, is('error'));
        await command.answered;
        await ctx.webhooks.quiet(ctx.target.timers.quietMs);
        ctx.expect(slug, 'alarms', ctx.webhooks.all('alarm').length, is(1));
        ctx.expect('ordering-question-not-retried', 'commands', ctx.webhooks.all('getIvrCommand').length, is(1));
      }),
  );
}
