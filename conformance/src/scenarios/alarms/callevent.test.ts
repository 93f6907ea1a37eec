import type { RawAnswer } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import { bridgedCall, callTo } from '../support/bridge.ts';
import { is } from '../support/expected.ts';

/** Ways in which an application fails to say what shall become of the party that is left. */
const faults: readonly {
  readonly name: string;
  readonly title: string;
  readonly slugs: readonly string[];
  readonly error: string;
  readonly answer: RawAnswer;
}[] = [
  {
    name: 'status-500',
    title: 'callEvent answered 500',
    slugs: ['alarms-callevent-no-response'],
    error: 'No response to callEvent request',
    answer: { status: 500, json: { error: 'down' } },
  },
  {
    name: 'no-answer',
    title: 'callEvent without an answer in time',
    slugs: ['alarms-callevent-no-response'],
    error: 'No response to callEvent request',
    answer: { hang: true },
  },
  {
    name: 'reset',
    title: 'callEvent whose connection is reset',
    slugs: ['alarms-callevent-no-response'],
    error: 'No response to callEvent request',
    answer: { reset: true },
  },
  {
    name: 'broken-json',
    title: 'callEvent answered with broken JSON',
    slugs: ['alarms-callevent-no-response'],
    error: 'No response to callEvent request',
    answer: { raw: '{"action": "drop"', contentType: 'application/json' },
  },
  {
    name: 'no-action',
    title: 'callEvent answered without an action',
    slugs: ['alarms-callevent-no-action'],
    error: 'No action provided in callEvent response',
    answer: { json: { sessionReferenceId: 'x' } },
  },
  {
    name: 'unknown-action',
    title: 'callEvent answered with an unknown action',
    slugs: ['alarms-callevent-unknown-action'],
    error: 'callEvent response with unknown action',
    answer: { json: { action: 'levitate' } },
  },
  {
    name: 'invalid-address',
    title: 'callEvent answered with an address that is none',
    slugs: ['alarms-callevent-invalid-address', 'actions-call-invalid-address'],
    error: 'Invalid sip address: nowhere at all',
    answer: { json: callTo('nowhere at all') },
  },
];

for (const { name, title, slugs, error, answer } of faults) {
  scenario(
    {
      id: `alarms/callevent-${name}`,
      title: `${title}: the party that is left gets BYE, the operator one alarm, the application sessionCompleted`,
      area: 'alarms',
      capability: 'call-control',
      requirements: [...slugs, 'alarm-type', 'alarm-session-id', 'sessioncompleted-reason-error'],
      needs: { call: true, webhook: true },
    },
    async (ctx) => {
      const { caller, callee, sessionId } = await bridgedCall(ctx, {
        events: { answer: { ...answer, expectInvalid: true } },
      });
      await callee.hangup();
      const alarm = await ctx.webhooks.next('alarm');
      await caller.ended;
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('alarm-type', 'type', alarm.body.type, is('callEventError'));
      ctx.expect('alarm-session-id', 'sessionId', alarm.body.sessionId, is(sessionId));
      ctx.expect(slugs, 'error', alarm.body.error, is(error));
      ctx.expect(slugs, 'alarms', ctx.webhooks.all('alarm').length, is(1));
      ctx.expect(slugs, 'callEvents', ctx.webhooks.all('callEvent').length, is(1));
      ctx.expect('sessioncompleted-reason-error', 'reason', completed.body.reason, is('error'));
    },
  );
}
