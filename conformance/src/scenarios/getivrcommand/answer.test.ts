import type { Callback } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, type Json } from '../support/answers.ts';
import { is } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';

const area = 'getivrcommand';
const needs = { call: true, webhook: true } as const;

/** An answer that hangs up; with BYE, and without an alarm, it was carried out. */
async function carriedOut(
  ctx: TestContext,
  slug: string,
  what: string,
  answer: (request: Callback) => Json,
): Promise<void> {
  const { call } = await answeredIvr(ctx, {
    commands: [(request) => ({ getIVRCommandAfter: 0.2, ...answer(request) }), hangUp()],
  });
  await ctx.webhooks.next('getIvrCommand');
  await call.ended;
  const completed = await ctx.webhooks.next('sessionCompleted');
  ctx.expect(slug, `commands asked for when the answer has ${what}`, ctx.webhooks.all('getIvrCommand').length, is(2));
  ctx.expect(
    slug,
    `alarms when the answer has ${what}`,
    ctx.webhooks.all('alarm').map(({ body }) => body.error),
    is([]),
  );
  ctx.note('reason', completed.body.reason);
}

for (const { name, title, slug, answer } of [
  {
    name: 'own-session-id',
    title: 'the sessionId of the request',
    slug: 'getivrcommand-answer-session-id',
    answer: ({ body }: Callback): Json => ({ sessionId: body.sessionId }),
  },
  {
    name: 'no-reply-id',
    title: 'no replyId',
    slug: 'getivrcommand-answer-reply-id-optional',
    answer: (): Json => ({}),
  },
  {
    name: 'own-reply-id',
    title: 'the replyId of the request',
    slug: 'getivrcommand-answer-reply-id-optional',
    answer: ({ body }: Callback): Json => ({ replyId: body.replyId }),
  },
]) {
  scenario(
    {
      id: `getivrcommand/answer-${name}`,
      title: `An answer with ${title} is carried out`,
      area,
      capability: 'ivr',
      requirements: [slug],
      needs,
    },
    (ctx) => carriedOut(ctx, slug, title, answer),
  );
}

scenario(
  {
    id: 'getivrcommand/answer-other-session-id',
    title: "An answer with another's sessionId fails with the alarm IVR command failed",
    area,
    capability: 'alarms',
    requirements: [
      'getivrcommand-answer-session-id-other',
      'alarms-ivr-command-failed',
      'alarm-type',
      'alarm-session-id',
    ],
    needs,
  },
  async (ctx) => {
    const { call, sessionId } = await answeredIvr(ctx, {
      commands: { sessionId: ctx.newId(), getIVRCommandAfter: 30 },
    });
    const alarm = await ctx.webhooks.next('alarm');
    ctx.expect('getivrcommand-answer-session-id-other', 'error', alarm.body.error, is('IVR command failed'));
    ctx.expect('alarms-ivr-command-failed', 'error', alarm.body.error, is('IVR command failed'));
    ctx.expect('alarm-type', 'type', alarm.body.type, is('ivrCommandError'));
    ctx.expect('alarm-session-id', 'sessionId', alarm.body.sessionId, is(sessionId));
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
  },
);
