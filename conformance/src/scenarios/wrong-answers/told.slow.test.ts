import type { RawAnswer } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import { drop } from '../support/answers.ts';
import { bridgedCall } from '../support/bridge.ts';
import { is } from '../support/expected.ts';
import { onWire } from '../support/wire.ts';
import { audioSdp, wireCaller } from '../support/wire-caller.ts';
import { afterTimeLimit } from '../support/wrong-answers.ts';

const tenMegabytes = 10_000_000;
/** Ways to answer what is only told. */
const ways: readonly (readonly [name: string, title: string, answer: RawAnswer])[] = [
  ['html', 'an HTML page', { raw: '<p>hello</p>', contentType: 'text/html' }],
  ['array', 'an array', { json: [] }],
  ['action', 'an action', { json: drop() }],
  ['ten-megabytes', '10 MB', { raw: ' '.repeat(tenMegabytes), contentType: 'application/json' }],
  ['cut-off', 'half a body and a reset', { json: { ok: true }, ending: 'cut' }],
  ['trickle', 'a body that trickles without an end', { raw: '{}'.padEnd(2000), ending: 'trickle' }],
  ['hang', 'nothing, ever', { hang: true }],
];

for (const [name, title, given] of ways) {
  const answer = { ...given, expectInvalid: true };
  scenario(
    {
      id: `wrong-answers/told-${name}`,
      title: `callNotify, callAnswered and recordingReady answered with ${title}: the call goes on, without an alarm`,
      area: 'wrong-answers',
      capability: 'call-control',
      requirements: ['wrong-answers-notification-harmless', 'alarms-never-for-good-call'],
      needs: { call: true, webhook: true },
    },
    async (ctx) => {
      ctx.webhooks.on('callNotify', { answer }).on('callAnswered', { answer }).on('recordingReady', { answer });
      const call = await bridgedCall(ctx, {
        newCall: { callRecording: ctx.target.capabilities.includes('recording') },
      });
      await ctx.webhooks.quiet(ctx.target.timers.quietMs);
      const slug = 'wrong-answers-notification-harmless';
      const over = ctx.webhooks.all().filter((each) => each.name === 'callEvent' || each.name === 'sessionCompleted');
      ctx.expect(slug, 'callbacks of an end', over.length, is(0));
      await call.caller.hangup();
      await call.callee.ended;
      // What was not answered in time holds the next callback back until then.
      const within = 3 * afterTimeLimit(ctx);
      const completed = await ctx.webhooks.next('sessionCompleted', { within });
      ctx.expect(slug, 'session that is completed', completed.body.sessionId, is(call.sessionId));
      ctx.expect('alarms-never-for-good-call', 'alarms', ctx.webhooks.all('alarm').length, is(0));
    },
  );
}

for (const [name, title, given] of ways) {
  const answer = { ...given, expectInvalid: true };
  scenario(
    {
      id: `wrong-answers/last-${name}`,
      title: `The alarm and sessionCompleted of a failed call answered with ${title}: each comes once, and nothing is left`,
      area: 'wrong-answers',
      capability: 'alarms',
      requirements: ['wrong-answers-last-harmless', 'sessioncompleted-exactly-once'],
      needs: { call: true, webhook: true },
    },
    (ctx) =>
      onWire(ctx, {}, async (wire) => {
        ctx.webhooks
          .on('newCall', { answer: { json: { action: 'levitate' }, expectInvalid: true } })
          .on('alarm', { answer })
          .on('sessionCompleted', { answer });
        const final = await wireCaller(ctx, wire).invite({ body: audioSdp(wire) });
        ctx.expect('wrong-answers-last-harmless', 'final response', final.status, is(480));
        const completed = await ctx.webhooks.next('sessionCompleted', { within: afterTimeLimit(ctx) });
        await completed.answered;
        await ctx.webhooks.quiet(ctx.target.timers.quietMs);
        const names = ctx.webhooks.sequence();
        ctx.expect('wrong-answers-last-harmless', 'callbacks', names, is(['newCall', 'alarm', 'sessionCompleted']));
        const count = ctx.webhooks.all('sessionCompleted').length;
        ctx.expect('sessioncompleted-exactly-once', 'sessionCompleted', count, is(1));
      }),
  );
}
