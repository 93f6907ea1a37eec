import { scenario } from '../../harness/scenario.ts';
import { ivr, waiting } from '../support/answers.ts';
import { between, is, that } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';

const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'ordering/post-json',
    title: 'Callbacks are POST with JSON to the callback base URL and their name',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['ordering-post-json', 'ordering-post-documented', 'ordering-keep-alive'],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx, { commands: [{ getIVRCommandAfter: 0.2 }, waiting()] });
    await ctx.webhooks.next('getIvrCommand');
    await hangupAndComplete(ctx, call);
    const base = new URL(ctx.target.callbacks.baseUrl).pathname.replace(/\/$/, '');
    const json = that('application/json', (value: string | undefined) =>
      /^application\/json\s*(;|$)/i.test(value ?? ''),
    );
    for (const { name, url, headers, raw } of ctx.webhooks.all()) {
      ctx.expect('ordering-post-documented', `Content-Type of ${name}`, headers['content-type'], json);
      ctx.expect('ordering-post-json', `path of ${name}`, url, is(`${base}/${name}`));
      const parsed: unknown = JSON.parse(raw);
      ctx.expect(
        'ordering-post-json',
        `body of ${name} is a JSON object`,
        typeof parsed === 'object' && parsed !== null,
        is(true),
      );
    }
    const reused = ctx.webhooks
      .all()
      .slice(1)
      .filter((callback) => callback.reused).length;
    ctx.should(
      'ordering-keep-alive',
      'callbacks after the first on a connection that was used before',
      reused,
      between(1, 100),
    );
  },
);

scenario(
  {
    id: 'ordering/notification-sent-again',
    title: 'callAnswered that met a 503 and is sent again has the same httpTransactionId; the call goes on',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['ordering-notify-retry-same-id', 'ordering-notify-failure-harmless'],
    needs,
  },
  async (ctx) => {
    ctx.webhooks.on('callAnswered', [{ answer: { status: 503 } }, { answer: { status: 200, expectInvalid: false } }]);
    const { call } = await answeredIvr(ctx);
    const copies = ctx.webhooks.all('callAnswered');
    ctx.note(copies.length > 1 ? 'The target sends it again.' : 'The target does not send it again.');
    const ids = new Set(copies.map((callback) => callback.body.httpTransactionId));
    if (copies.length > 1)
      ctx.expect('ordering-notify-retry-same-id', `ids of ${copies.length} copies`, ids.size, is(1));
    ctx.expect(
      'ordering-notify-failure-harmless',
      'first question after it',
      ctx.webhooks.all('getIvrCommand').length,
      is(1),
    );
    await hangupAndComplete(ctx, call);
  },
);

scenario(
  {
    id: 'ordering/notification-refused',
    title: 'callAnswered that is answered 404 is not sent again, and the call goes on',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['ordering-notify-4xx-not-retried', 'ordering-notify-failure-harmless'],
    needs,
  },
  async (ctx) => {
    ctx.webhooks.on('callAnswered', { answer: { status: 404 } });
    const { call, command } = await answeredIvr(ctx);
    ctx.expect('ordering-notify-failure-harmless', 'first question after it', command.name, is('getIvrCommand'));
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    ctx.expect(
      'ordering-notify-4xx-not-retried',
      'copies of callAnswered',
      ctx.webhooks.all('callAnswered').length,
      is(1),
    );
    await hangupAndComplete(ctx, call);
  },
);

scenario(
  {
    id: 'ordering/questions-are-asked-once',
    title: 'getIvrCommand that is answered 500 is not asked again',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['ordering-question-not-retried'],
    needs,
  },
  async (ctx) => {
    ctx.webhooks.on('newCall', ivr()).on('getIvrCommand', { answer: { status: 500 } });
    const call = await ctx.call();
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    ctx.expect('ordering-question-not-retried', 'getIvrCommands', ctx.webhooks.all('getIvrCommand').length, is(1));
    ctx.expect('ordering-question-not-retried', 'newCalls', ctx.webhooks.all('newCall').length, is(1));
  },
);

scenario(
  {
    id: 'ordering/valid-against-the-specification',
    title: 'Every callback and every answer of a call is valid against the description of the API',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['ordering-valid-bodies', 'ordering-valid-answers'],
    needs: { call: true, webhook: true, rest: true },
  },
  async (ctx) => {
    const { call, command, sessionId } = await answeredIvr(ctx);
    const interrupted = await ctx.rest.send('interruptivrcommand', { replyId: command.body.replyId });
    await ctx.webhooks.next('getIvrCommand');
    const ended = await ctx.rest.send('hangupparticipant', { sessionId });
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    for (const [what, { status, violations }] of [
      ['interruptivrcommand', interrupted],
      ['hangupparticipant', ended],
    ] as const) {
      ctx.expect('ordering-valid-answers', `status of ${what}`, status, is(200));
      const ofTarget = violations.filter(({ culprit }) => culprit === 'target');
      ctx.expect('ordering-valid-answers', `violations in the answer to ${what}`, ofTarget, is([]));
    }
    ctx.expect('ordering-valid-bodies', 'callbacks of this call', ctx.webhooks.all().length, between(4, 20));
    // Of the whole run: Prism judges every callback that the target sends.
    const found = ctx.harness.webhookTap.violations().filter((one) => one.culprit === 'target' && !one.intended);
    ctx.expect('ordering-valid-bodies', 'violations in callbacks of the run so far', found, is([]));
  },
);
