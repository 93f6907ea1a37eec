import type { Callback } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { drop, hangUp, ivr, type Json } from '../support/answers.ts';
import { between, is } from '../support/expected.ts';
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
    const first = [...new Set(sequence)];
    const told = ['newCall', 'callAnswered', 'getIvrCommand', 'sessionCompleted'];
    ctx.expect('ordering-in-order', 'order in which callbacks came first', first, is(told));
    ctx.expect(
      'callanswered-ivr',
      'callAnswered comes before getIvrCommand',
      sequence.indexOf('callAnswered') < sequence.indexOf('getIvrCommand') && sequence.includes('callAnswered'),
      is(true),
    );
    ctx.expect('callanswered-once', 'callAnswered', ctx.webhooks.all('callAnswered').length, is(1));
    ctx.expect('sessioncompleted-exactly-once', 'sessionCompleted', ctx.webhooks.all('sessionCompleted').length, is(1));
    ctx.expect('sessioncompleted-last', 'last callback', sequence.at(-1), is('sessionCompleted'));
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
    id: 'ordering/quiet-after-the-end',
    title: 'After sessionCompleted nothing of the session comes any more: no callback, no SIP, no RTP',
    area: 'ordering',
    capability: 'ivr',
    requirements: ['ordering-no-callback-after-end', 'sessioncompleted-last', 'sessioncompleted-exactly-once'],
    needs,
  },
  async (ctx) => {
    const { call } = await answeredIvr(ctx);
    // Of a call that has no RTP yet none can come too late; who sends nothing while nothing is played has none at all.
    await call.rtp.waitForPackets(5, 1000).catch(() => undefined);
    await call.hangup();
    await ctx.webhooks.next('sessionCompleted');
    const before = {
      callbacks: ctx.webhooks.all().length,
      sip: call.sipp.messages().length,
      rtp: (await call.rtp.stats()).received.packets,
    };
    await ctx.webhooks.quiet(Math.max(1000, ctx.target.timers.quietMs));
    const slug = 'ordering-no-callback-after-end';
    ctx.expect('sessioncompleted-exactly-once', 'sessionCompleted', ctx.webhooks.all('sessionCompleted').length, is(1));
    ctx.expect('sessioncompleted-last', 'last callback', ctx.webhooks.sequence().at(-1), is('sessionCompleted'));
    ctx.expect(slug, 'callbacks afterwards', ctx.webhooks.all().length - before.callbacks, is(0));
    ctx.expect(slug, 'SIP messages afterwards', call.sipp.messages().length - before.sip, is(0));
    ctx.expect(slug, 'RTP packets afterwards', (await call.rtp.stats()).received.packets - before.rtp, is(0));
  },
);
