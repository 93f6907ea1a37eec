import type { Callback } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop, hangUp, ivr, type Json, waiting } from '../support/answers.ts';
import { absent, between, is, nonEmptyText, that } from '../support/expected.ts';
import { answeredIvr, hangupAndComplete } from '../support/flows.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';

const needs = { call: true, webhook: true } as const;

scenario(
  {
    id: 'ordering/in-order',
    title: 'The callbacks of an IVR call come in the order newCall, callAnswered, getIvrCommand, sessionCompleted',
    area: 'ordering',
    capability: 'ivr',
    requirements: [
      'ordering-in-order',
      'callanswered-ivr',
      'callanswered-once',
      'sessioncompleted-last',
      'sessioncompleted-exactly-once',
    ],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx);
    await hangupAndComplete(ctx, call);
    await ctx.webhooks.quiet(ctx.target.timers.quietMs);
    const sequence = ctx.webhooks.sequence();
    ctx.expect(
      'callanswered-ivr',
      'callAnswered comes before getIvrCommand',
      sequence.indexOf('callAnswered') < sequence.indexOf('getIvrCommand') && sequence.includes('callAnswered'),
      is(true),
    );
    ctx.expect('callanswered-once', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(1));
    ctx.expect('sessioncompleted-exactly-once', 'sessionCompleted', ctx.webhooks.all('sessionCompleted').length, is(1));
    ctx.expect('sessioncompleted-last', 'last callback', sequence.at(-1), is('sessionCompleted'));
    ctx.expect(
      'ordering-in-order',
      'callbacks',
      sequence,
      is(['newCall', 'callAnswered', 'getIvrCommand', 'sessionCompleted']),
    );
  },
);

/** Answers late, and keeps when each answer had been written. */
function slowly(ctx: TestContext, delayMs: number, json?: Json): (callback: Callback) => { answer: object } {
  return (callback) => {
    void callback.answered.then(() => answeredAt.set(callback, ctx.harness.clock.now()));
    return { answer: { delayMs, expectInvalid: false, ...(json === undefined ? { status: 200 } : { json }) } };
  };
}
const answeredAt = new WeakMap<Callback, number>();

scenario(
  {
    id: 'ordering/one-at-a-time',
    title: 'The next callback of a session is sent when the one before has been answered, however late that is',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['ordering-one-at-a-time'],
    needs,
  },
  async (ctx) => {
    ctx.webhooks
      .on('newCall', slowly(ctx, 300, ivr()))
      .on('callAnswered', slowly(ctx, 500))
      .on('getIvrCommand', slowly(ctx, 400, hangUp()))
      .on('sessionCompleted', slowly(ctx, 0));
    const call = await ctx.call();
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    const all = ctx.webhooks.all();
    ctx.expect('ordering-one-at-a-time', 'callbacks that were compared', all.length, between(3, 10));
    for (const [i, callback] of all.entries()) {
      const before = all[i - 1];
      if (before === undefined) continue;
      const since = callback.at - (answeredAt.get(before) ?? Number.POSITIVE_INFINITY);
      // The suite writes the answer down after the target has it: a few ms below zero are no overlap.
      ctx.expect(
        'ordering-one-at-a-time',
        `ms from the answer to ${before.name} to ${callback.name}`,
        since,
        between(-20, 60_000),
      );
    }
  },
);

scenario(
  {
    id: 'ordering/sessions-do-not-wait',
    title: 'A slow answer in one session does not hold up another session',
    area: 'ordering',
    requirements: ['ordering-sessions-independent'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      const delayMs = Math.min(1500, ctx.target.timers.callbackTimeoutMs * 0.75);
      ctx.webhooks.on('newCall', { answer: { json: drop('busy'), delayMs, expectInvalid: false } });
      const number = ctx.harness.takeNumber();
      const quick = ctx.alsoClaim({ number }).on('newCall', drop('forbidden'));
      const slowCaller = wireCaller(ctx, wire);
      const slow = slowCaller.invite({ body: audioSdp(wire) });
      await ctx.webhooks.next('newCall');
      await wireCaller(ctx, wire, { to: number }).invite({ body: audioSdp(wire) });
      const completed = await quick.next('sessionCompleted');
      await slow;
      const first = await ctx.webhooks.next('sessionCompleted');
      ctx.expect(
        'ordering-sessions-independent',
        'the quick session is over before the slow one',
        completed.at < first.at,
        is(true),
      );
      ctx.expect(
        'ordering-sessions-independent',
        'ms that it is ahead',
        first.at - completed.at,
        between(delayMs / 3, 60_000),
      );
    }),
);

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
    id: 'ordering/transaction-and-trace-ids',
    title:
      'Each callback has a httpTransactionId of its own; traceId is one for the call and another for the next call',
    area: 'ordering',
    capability: 'ivr',
    requirements: [
      'callanswered-trace-id',
      'callanswered-http-transaction-id',
      'sessioncompleted-trace-id',
      'sessioncompleted-http-transaction-id',
      'ordering-transaction-id-fresh',
      'ordering-trace-id-constant',
      'ordering-trace-id-differs',
      'ordering-trace-id-elsewhere',
    ],
    needs,
  },
  async (ctx) => {
    const traces: unknown[] = [];
    for (let call = 0; call < 2; call += 1) {
      const { call: leg } = await answeredIvr(ctx);
      const answered = await ctx.webhooks.next('callAnswered');
      const completed = await hangupAndComplete(ctx, leg);
      ctx.expect('callanswered-trace-id', 'traceId of callAnswered', answered.body.traceId, nonEmptyText);
      ctx.expect(
        'sessioncompleted-trace-id',
        'traceId of sessionCompleted',
        completed.body.traceId,
        is(answered.body.traceId),
      );
      ctx.expect(
        'ordering-trace-id-constant',
        'traceId of the last callback',
        completed.body.traceId,
        is(answered.body.traceId),
      );
      ctx.expect(
        'callanswered-http-transaction-id',
        'httpTransactionId of callAnswered',
        answered.body.httpTransactionId,
        nonEmptyText,
      );
      const other = that(
        'another than that of callAnswered',
        (id: unknown) => typeof id === 'string' && id !== answered.body.httpTransactionId,
      );
      ctx.expect(
        'sessioncompleted-http-transaction-id',
        'httpTransactionId of sessionCompleted',
        completed.body.httpTransactionId,
        other,
      );
      traces.push(answered.body.traceId);
      for (const { name, body } of ctx.webhooks.all().filter(({ sessionId }) => sessionId === completed.sessionId)) {
        if ('traceId' in body)
          ctx.should('ordering-trace-id-elsewhere', `traceId of ${name}`, body.traceId, is(answered.body.traceId));
      }
    }
    ctx.expect('ordering-trace-id-differs', 'different traceIds of two calls', new Set(traces).size, is(2));
    const ids = ctx.webhooks
      .all()
      .map(({ body }) => body.httpTransactionId)
      .filter((id) => id !== undefined);
    ctx.expect(
      'ordering-transaction-id-fresh',
      `different ids in ${ids.length} callbacks`,
      new Set(ids).size,
      is(ids.length),
    );
  },
);

scenario(
  {
    id: 'ordering/quiet-after-the-end',
    title: 'After sessionCompleted nothing of the session comes any more: no callback, no SIP, no RTP',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['ordering-no-callback-after-end', 'sessioncompleted-last', 'sessioncompleted-exactly-once'],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx);
    await call.hangup();
    await ctx.webhooks.next('sessionCompleted');
    const before = {
      callbacks: ctx.webhooks.all().length,
      sip: call.sipp.messages().length,
      rtp: (await call.rtp.stats()).received.packets,
    };
    await new Promise((resolve) => setTimeout(resolve, Math.max(1000, ctx.target.timers.quietMs)));
    const slug = 'ordering-no-callback-after-end';
    ctx.expect('sessioncompleted-exactly-once', 'sessionCompleted', ctx.webhooks.all('sessionCompleted').length, is(1));
    ctx.expect('sessioncompleted-last', 'last callback', ctx.webhooks.sequence().at(-1), is('sessionCompleted'));
    ctx.expect(slug, 'callbacks afterwards', ctx.webhooks.all().length - before.callbacks, is(0));
    ctx.expect(slug, 'SIP messages afterwards', call.sipp.messages().length - before.sip, is(0));
    ctx.expect(slug, 'RTP packets afterwards', (await call.rtp.stats()).received.packets - before.rtp, is(0));
  },
);

scenario(
  {
    id: 'ordering/reference-replaced',
    title:
      'A sessionReferenceId given by a later answer takes the place of the one before; an answer without changes nothing',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['rest-general-reference-any-json', 'sessioncompleted-session-reference'],
    needs,
  },
  async (ctx) => {
    const later = { given: 'by getIvrCommand' };
    const { call, command } = await answeredIvr(ctx, {
      commands: [{ getIVRCommandAfter: 0.2, sessionReferenceId: later }, { getIVRCommandAfter: 0.2 }, waiting()],
    });
    ctx.expect(
      'rest-general-reference-any-json',
      'in the first getIvrCommand',
      command.body.sessionReferenceId,
      is(ctx.reference),
    );
    for (const nth of ['second', 'third']) {
      const next = await ctx.webhooks.next('getIvrCommand');
      ctx.expect(
        'rest-general-reference-any-json',
        `in the ${nth} getIvrCommand`,
        next.body.sessionReferenceId,
        is(later),
      );
    }
    const completed = await hangupAndComplete(ctx, call);
    ctx.expect(
      'sessioncompleted-session-reference',
      'in sessionCompleted',
      completed.body.sessionReferenceId,
      is(later),
    );
  },
);

scenario(
  {
    id: 'ordering/no-reference',
    title: 'A session whose application gave no sessionReferenceId has none in its callbacks',
    area: 'ordering',
    requirements: ['newcall-absent-left-out', 'sessioncompleted-sent'],
    needs,
  },
  (ctx) =>
    onWire(ctx, {}, async (wire) => {
      ctx.webhooks.on('newCall', drop('busy'));
      await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('sessioncompleted-sent', 'callback', completed.name, is('sessionCompleted'));
      for (const callback of ctx.webhooks.all()) {
        ctx.expect(
          'newcall-absent-left-out',
          `sessionReferenceId of ${callback.name}`,
          callback.body.sessionReferenceId,
          absent,
        );
        ctx.expect(
          'newcall-absent-left-out',
          `ivrServer of ${callback.name} is no empty value`,
          callback.body.ivrServer,
          that(
            'an address or left out',
            (value: unknown) => value === undefined || (typeof value === 'string' && value !== ''),
          ),
        );
      }
    }),
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
