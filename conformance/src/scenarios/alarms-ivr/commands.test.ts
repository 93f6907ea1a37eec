import type { RawAnswer } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import { is } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { expectIvrAlarm, ivrAlarm } from '../support/ivr-alarm.ts';

const area = 'alarms';
const needs = { call: true, webhook: true } as const;
/** Ways in which an application fails to say what the IVR shall do. */
const faults: readonly {
  readonly name: string;
  readonly title: string;
  readonly slugs: readonly string[];
  readonly error: string;
  readonly answer: RawAnswer;
}[] = [
  {
    name: 'empty',
    title: 'with nothing',
    slugs: ['alarms-ivr-empty-body', 'ivr-loop-empty-answer'],
    error: 'Empty body in getIvrCommand response',
    answer: { status: 200, raw: '' },
  },
  {
    name: 'status-500',
    title: 'with 500',
    slugs: ['alarms-ivr-request-error', 'ivr-loop-request-fails'],
    error: 'getIvrCommand request error',
    answer: { status: 500, json: { error: 'down' } },
  },
  {
    name: 'reset',
    title: 'with a reset of the connection',
    slugs: ['alarms-ivr-request-error', 'ivr-loop-request-fails'],
    error: 'getIvrCommand request error',
    answer: { reset: true },
  },
  {
    name: 'no-answer',
    title: 'with nothing, ever',
    slugs: ['alarms-ivr-request-error', 'ivr-loop-request-fails'],
    error: 'getIvrCommand request error',
    answer: { hang: true },
  },
  {
    name: 'html',
    title: 'with an HTML page',
    slugs: ['alarms-ivr-request-error-not-json', 'ivr-loop-request-fails'],
    error: 'getIvrCommand request error',
    answer: { raw: '<!doctype html><title>Welcome</title>', contentType: 'text/html' },
  },
  {
    name: 'broken-json',
    title: 'with broken JSON',
    slugs: ['alarms-ivr-request-error-not-json', 'ivr-loop-request-fails'],
    error: 'getIvrCommand request error',
    answer: { raw: '{"hangup": tr', contentType: 'application/json' },
  },
  {
    name: 'nothing-to-do',
    title: 'with nothing to do',
    slugs: [
      'alarms-ivr-command-failed',
      'ivr-loop-nothing-to-do-alarm',
      'ivr-loop-nothing-to-do',
      'ivr-loop-nothing-to-do-ends',
    ],
    error: 'IVR command failed',
    answer: { json: { bargeIn: 'all', phrases: [] }, expectInvalid: false },
  },
];

for (const { name, title, slugs, error, answer } of faults) {
  scenario(
    {
      id: `alarms/ivr-${name}`,
      title: `getIvrCommand answered ${title}: one alarm, BYE, and sessionCompleted`,
      area,
      capability: 'alarms',
      requirements: [...slugs, ...ivrAlarm],
      needs,
    },
    async (ctx) => {
      const { call, sessionId } = await answeredIvr(ctx, { commands: { answer } });
      const within = ctx.target.timers.callbackTimeoutMs + ctx.target.timers.stepMs;
      const alarm = await ctx.webhooks.next('alarm', { within });
      const ofAlarm = (slug: string): boolean => slug.startsWith('alarms-') || slug.endsWith('-alarm');
      const [told, ended] = [slugs.filter(ofAlarm), slugs.filter((slug) => !ofAlarm(slug))];
      ctx.expect(told, 'error', alarm.body.error, is(error));
      // The leg ends by a BYE of the target alone.
      const { stepMs } = ctx.target.timers;
      const isBye = (m: { method: string; direction: string; status?: number }): boolean =>
        m.method === 'BYE' && m.direction === 'received' && m.status === undefined;
      const bye = await call.sipp.waitFor('BYE', isBye, stepMs).then(
        () => true,
        () => false,
      );
      ctx.expect(ended, `BYE from the target within ${stepMs} ms`, bye, is(true));
      await call.ended;
      const completed = await ctx.webhooks.next('sessionCompleted');
      const alarms = ctx.webhooks.all('alarm').map(({ body }) => body.error);
      ctx.expect(told, 'all alarms', alarms, is([error]));
      ctx.expect(ended, 'session that is completed', completed.body.sessionId, is(sessionId));
      ctx.expect(ended, 'commands asked for', ctx.webhooks.all('getIvrCommand').length, is(1));
      expectIvrAlarm(ctx, alarm.body, sessionId);
    },
  );
}
