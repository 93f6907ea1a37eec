import type { RawAnswer } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { absent, is, oneOf, that } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

const object = that(
  'an object, or left out',
  (value: unknown) => value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value)),
);

/** What every alarm of a failed newCall says besides its error. */
function expectAlarm(ctx: TestContext, body: Readonly<Record<string, unknown>>, sessionId: unknown): void {
  ctx.expect('alarm-type', 'type', body.type, is('newCallEventError'));
  ctx.expect('alarm-domain', 'domain', body.domain, is(ctx.target.domain));
  ctx.expect('alarm-session-id', 'sessionId', body.sessionId, is(sessionId));
  ctx.expect('alarm-error-details', 'errorDetails', body.errorDetails, object);
  for (const name of ['status', 'participantId', 'user', 'callId']) {
    ctx.expect('alarm-others-absent', name, body[name], absent);
  }
}

/** Ways in which an application fails to say what shall become of a call. */
const faults: readonly {
  readonly name: string;
  readonly title: string;
  readonly slug: string;
  readonly error: string;
  readonly answer: RawAnswer;
}[] = [
  {
    name: 'status-500',
    title: 'newCall answered 500',
    slug: 'alarms-newcall-failed-status',
    error: 'newCall request failed',
    answer: { status: 500, json: { error: 'down' } },
  },
  {
    name: 'html',
    title: 'newCall answered with an HTML page',
    slug: 'alarms-newcall-failed-not-json',
    error: 'newCall request failed',
    answer: { raw: '<!doctype html><title>Welcome</title>', contentType: 'text/html' },
  },
  {
    name: 'broken-json',
    title: 'newCall answered with broken JSON',
    slug: 'alarms-newcall-failed-not-json',
    error: 'newCall request failed',
    answer: { raw: '{"action": "ivr"', contentType: 'application/json' },
  },
  {
    name: 'no-answer',
    title: 'newCall without an answer in time',
    slug: 'alarms-newcall-failed-timeout',
    error: 'newCall request failed',
    answer: { hang: true },
  },
  {
    name: 'empty',
    title: 'newCall answered 200 with nothing',
    slug: 'alarms-newcall-empty',
    error: 'newCall response empty',
    answer: { status: 200, raw: '' },
  },
  {
    name: 'no-action',
    title: 'newCall answered without an action',
    slug: 'alarms-newcall-no-action',
    error: 'newCall response without action',
    answer: { json: { sessionReferenceId: 'x' } },
  },
  {
    name: 'unknown-action',
    title: 'newCall answered with an unknown action',
    slug: 'alarms-newcall-unknown-action',
    error: 'newCall response with unknown action',
    answer: { json: { action: 'levitate' } },
  },
];

for (const { name, title, slug, error, answer } of faults) {
  scenario(
    {
      id: `alarms/newcall-${name}`,
      title: `${title}: the caller gets 480, the operator one alarm, the application sessionCompleted`,
      area: 'alarms',
      capability: 'alarms',
      requirements: [
        slug,
        'alarms-newcall-failed-final-response',
        'alarms-newcall-failed-480',
        'alarms-newcall-failed-completed',
        'alarms-newcall-one-alarm',
        'sessioncompleted-reason-error',
        'alarm-sent',
        'alarm-type',
        'alarm-domain',
        'alarm-session-id',
        'alarm-error',
        'alarm-error-details',
        'alarm-others-absent',
        'ordering-question-not-retried',
      ],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      onWire(ctx, {}, async (wire) => {
        ctx.webhooks.on('newCall', { answer: { ...answer, expectInvalid: true } });
        const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
        const final = that('a failure', (status: number | undefined) => (status ?? 0) >= 400 && (status ?? 0) < 700);
        ctx.expect('alarms-newcall-failed-final-response', 'final response', refused.status, final);
        ctx.expect('alarms-newcall-failed-480', 'final response', refused.status, is(480));
        const newCall = await ctx.webhooks.next('newCall');
        const alarm = await ctx.webhooks.next('alarm');
        ctx.expect(
          'alarm-sent',
          'method and URL',
          new URL(alarm.url, ctx.target.callbacks.alarmUrl).pathname,
          is(new URL(ctx.target.callbacks.alarmUrl).pathname),
        );
        ctx.expect(slug, 'error', alarm.body.error, is(error));
        expectAlarm(ctx, alarm.body, newCall.body.sessionId);
        ctx.expect(
          'alarm-error',
          'error',
          alarm.body.error,
          oneOf(
            'newCall response empty',
            'newCall response without action',
            'newCall response with unknown action',
            'newCall request failed',
          ),
        );
        const completed = await ctx.webhooks.next('sessionCompleted');
        ctx.expect('alarms-newcall-failed-completed', 'session', completed.body.sessionId, is(newCall.body.sessionId));
        const failed = ['alarms-newcall-failed-completed', 'sessioncompleted-reason-error'];
        ctx.expect(failed, 'reason', completed.body.reason, is('error'));
        await ctx.webhooks.quiet(ctx.target.timers.quietMs);
        ctx.should('alarms-newcall-one-alarm', 'alarms', ctx.webhooks.all('alarm').length, is(1));
        ctx.expect('ordering-question-not-retried', 'newCalls', ctx.webhooks.all('newCall').length, is(1));
      }),
  );
}

scenario(
  {
    id: 'alarms/newcall-connection-broken',
    title: 'A connection that breaks before the answer to newCall: the caller gets 480 and the operator an alarm',
    area: 'alarms',
    capability: 'alarms',
    requirements: ['alarms-newcall-failed-480', 'alarms-newcall-failed-final-response', 'alarm-error'],
    needs: { call: true, webhook: true },
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', { answer: { reset: true } });
      const refused = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      ctx.expect('alarms-newcall-failed-480', 'final response', refused.status, is(480));
      ctx.expect(
        'alarms-newcall-failed-final-response',
        'final responses',
        wire.received().filter((m) => (m.status ?? 0) >= 300).length,
        is(1),
      );
      const alarm = await ctx.webhooks.next('alarm');
      ctx.expect('alarm-error', 'error', alarm.body.error, is('newCall request failed'));
    }),
);
