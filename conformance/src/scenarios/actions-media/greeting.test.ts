import { scenario } from '../../harness/scenario.ts';
import type { CallHandle, TestContext } from '../../harness/types.ts';
import type { Json } from '../support/answers.ts';
import { bridgedCall, callTo, connectWith, endBridge, voices } from '../support/bridge.ts';
import { between, is } from '../support/expected.ts';
import { asLongAs, frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { sine, withPrompts } from '../support/prompts.ts';
import { waitingParty } from '../support/waiting-party.ts';

const area = 'actions-media';
const capability = 'call-control';
const needs = { call: true, webhook: true, rtp: true } as const;

/** What each is greeted with, Hz. */
const greetings = { caller: 500, callee: 1600 } as const;
const greetingMs = 600;

/** Both are greeted; `use` gets the answer's greeting. */
const withGreetings = <T>(ctx: TestContext, use: (greeting: Json) => Promise<T>): Promise<T> =>
  withPrompts(
    ctx,
    { caller: sine(greetings.caller, greetingMs), callee: sine(greetings.callee, greetingMs) },
    (prompts) => use({ caller: { phrases: [prompts.caller] }, callee: { phrases: [prompts.callee] } }),
  );

/** Where a greeting was heard, ms on the run's clock; NaN where it was not. */
async function heardAt({ rtp }: CallHandle, frequency: number): Promise<{ from: number; to: number; ms: number }> {
  const { startedAt } = await rtp.audio();
  const tone = (await tonesHeard(rtp)).find((one) => Math.abs(one.frequency - frequency) < 10);
  const from = startedAt + (tone?.startMs ?? Number.NaN);
  const ms = tone?.durationMs ?? Number.NaN;
  return { from, to: from + ms, ms };
}

/** From the end of one greeting to the beginning of the other. What is on the way to two ends is seen at two times. */
const inTurn = between(-60, 400);

for (const [playMode, slug, wanted] of [
  ['calleeFirst', 'actions-greeting-callee-first', 'then'],
  ['callerFirst', 'actions-greeting-caller-first', 'then'],
  ['simultaneous', 'actions-greeting-simultaneous', 'at once'],
] as const) {
  scenario(
    {
      id: `actions-media/greeting-${playMode.toLowerCase()}`,
      title: `A greeting with playMode ${playMode}: each hears its own, ${wanted === 'then' ? 'one after the other' : 'both at once'}, after callAnswered`,
      area,
      capability,
      requirements: [slug, 'actions-greeting-phrases', 'callanswered-before-greeting'],
      needs,
    },
    (ctx) =>
      withGreetings(ctx, async (greeting) => {
        const bridge = await bridgedCall(ctx, { newCall: { greeting: { playMode, ...greeting } } });
        const { caller, callee } = bridge;
        await Promise.all([
          caller.rtp.waitForTone(greetings.caller, greetingMs - 50, ctx.target.timers.stepMs),
          callee.rtp.waitForTone(greetings.callee, greetingMs - 50, ctx.target.timers.stepMs),
        ]);
        await endBridge(ctx, bridge);
        const phrases = 'actions-greeting-phrases';
        ctx.expect(
          phrases,
          'the caller hears, Hz',
          frequenciesOf(await tonesHeard(caller.rtp)),
          theseTones(greetings.caller),
        );
        ctx.expect(
          phrases,
          'the callee hears, Hz',
          frequenciesOf(await tonesHeard(callee.rtp)),
          theseTones(greetings.callee),
        );
        const [toCaller, toCallee] = [await heardAt(caller, greetings.caller), await heardAt(callee, greetings.callee)];
        for (const [who, { ms }] of [['caller', toCaller] as const, ['callee', toCallee] as const]) {
          ctx.expect(phrases, `ms of the greeting of the ${who}`, ms, asLongAs(greetingMs));
        }
        const pause = {
          calleeFirst: toCaller.from - toCallee.to,
          callerFirst: toCallee.from - toCaller.to,
          simultaneous: toCaller.from - toCallee.from,
        }[playMode];
        const words = wanted === 'then' ? 'ms from the end of the first to the second' : 'ms from one to the other';
        ctx.expect(slug, words, pause, wanted === 'then' ? inTurn : between(-150, 150));
        const first = Math.min(toCaller.from, toCallee.from);
        // The callback and the audio come on different ways, and a callback is noticed late where the suite is held up: one
        // that was sent behind a greeting cannot come before its end.
        ctx.expect(
          'callanswered-before-greeting',
          'ms from callAnswered to the greeting',
          first - bridge.answered.at,
          between(100 - greetingMs, 3000),
        );
      }),
  );
}

scenario(
  {
    id: 'actions-media/greeting-before-talk',
    title: 'While one is greeted nobody hears the other; when the greeting is over both hear each other',
    area,
    capability,
    requirements: ['actions-greeting-before-talk'],
    needs,
  },
  (ctx) =>
    withGreetings(ctx, async (greeting) => {
      const bridge = await bridgedCall(ctx, { newCall: { greeting: { playMode: 'calleeFirst', ...greeting } } });
      const { caller, callee } = bridge;
      await Promise.all([
        caller.rtp.sendTone(voices.caller, 2500),
        callee.rtp.sendTone(voices.callee, 2500),
        caller.rtp.waitForTone(voices.callee, 500, ctx.target.timers.stepMs),
        callee.rtp.waitForTone(voices.caller, 500, ctx.target.timers.stepMs),
      ]);
      await endBridge(ctx, bridge);
      const slug = 'actions-greeting-before-talk';
      const ofCaller = frequenciesOf(await tonesHeard(caller.rtp));
      const ofCallee = frequenciesOf(await tonesHeard(callee.rtp));
      ctx.expect(slug, 'the caller hears, Hz', ofCaller, theseTones(greetings.caller, voices.callee));
      ctx.expect(slug, 'the callee hears, Hz', ofCallee, theseTones(greetings.callee, voices.caller));
      // The callee was greeted first, and must wait until the caller has been greeted too.
      const { to } = await heardAt(caller, greetings.caller);
      const { from } = await heardAt(callee, voices.caller);
      ctx.expect(slug, 'ms from the end of the last greeting to the talk', from - to, between(-60, 1000));
    }),
);

scenario(
  {
    id: 'actions-media/greeting-after-event',
    title: 'A greeting in an answer to callEvent is heard by the one who stayed and by the one who was called',
    area,
    capability,
    requirements: ['actions-greeting-after-event', 'actions-greeting-phrases'],
    needs,
  },
  (ctx) =>
    withGreetings(ctx, async (greeting) => {
      const second = await ctx.callee();
      const call = callTo(second.uri, { greeting: { playMode: 'simultaneous', ...greeting } });
      const bridge = await bridgedCall(ctx, { events: [call, { action: 'drop' }] });
      await bridge.callee.hangup();
      await second.established;
      const { stepMs } = ctx.target.timers;
      const [toCaller, toSecond] = await Promise.all([
        bridge.caller.rtp.waitForTone(greetings.caller, greetingMs - 50, stepMs),
        second.rtp.waitForTone(greetings.callee, greetingMs - 50, stepMs),
      ]);
      const greeted = ['actions-greeting-after-event', 'actions-greeting-phrases'];
      ctx.expect(greeted, 'the caller hears, Hz', [toCaller.frequency], theseTones(greetings.caller));
      ctx.expect(greeted, 'the second callee hears, Hz', [toSecond.frequency], theseTones(greetings.callee));
      await bridge.caller.hangup();
      await second.ended;
      await ctx.webhooks.next('sessionCompleted');
      ctx.expect('actions-greeting-after-event', 'callEvents', ctx.webhooks.all('callEvent').length, is(2));
    }),
);

scenario(
  {
    id: 'actions-media/greeting-of-connect',
    title: 'A greeting of connect is heard by the caller and by the one who waited, each its own',
    area,
    capability,
    requirements: ['actions-connect', 'actions-greeting-phrases'],
    needs,
  },
  (ctx) =>
    withGreetings(ctx, async (greeting) => {
      const { waits, participantId } = await waitingParty(ctx);
      const more = { sessionReferenceId: ctx.reference, greeting: { playMode: 'simultaneous', ...greeting } };
      ctx.webhooks.on('newCall', connectWith(participantId, more));
      const caller = await ctx.call();
      await caller.established;
      const { stepMs } = ctx.target.timers;
      const [toCaller, toOther] = await Promise.all([
        caller.rtp.waitForTone(greetings.caller, greetingMs - 50, stepMs),
        waits.rtp.waitForTone(greetings.callee, greetingMs - 50, stepMs),
      ]);
      const greeted = ['actions-connect', 'actions-greeting-phrases'];
      ctx.expect(greeted, 'the caller hears, Hz', [toCaller.frequency], theseTones(greetings.caller));
      ctx.expect(greeted, 'the one who waited hears, Hz', [toOther.frequency], theseTones(greetings.callee));
      await caller.hangup();
      await waits.ended;
      await ctx.webhooks.next('sessionCompleted');
    }),
);
