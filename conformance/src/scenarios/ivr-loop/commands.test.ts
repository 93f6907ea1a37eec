import type { Answer, Callback } from '../../drivers/webhook-sink/types.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, play, waiting } from '../support/answers.ts';
import { between, is, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { asLongAs, endOf, endOfLast, frequenciesOf, near, theseTones, tonesHeard } from '../support/heard.ts';
import { sine, withPrompts, withTone } from '../support/prompts.ts';

const area = 'ivr-loop';
const capability = 'ivr';
const needs = { call: true, webhook: true } as const;
const audible = { ...needs, rtp: true } as const;

const byeAt = (
  ctx: TestContext,
  messages: readonly { method: string; status?: number; direction: string; at: number }[],
): number => {
  const bye = messages.find((m) => m.method === 'BYE' && m.status === undefined && m.direction === 'received');
  return (bye?.at ?? Number.NaN) - ctx.harness.clock.epoch;
};

scenario(
  {
    id: 'ivr-loop/twenty-commands',
    title: 'Twenty commands in a row are asked for one at a time and carried out in order',
    area,
    capability,
    requirements: ['ivr-loop-continues-long', 'ivr-loop-one-at-a-time', 'ivr-loop-next-after-phrases'],
    needs: audible,
  },
  (ctx) => {
    const names = ['a', 'b', 'c', 'd'] as const;
    const prompts = { a: sine(500, 100), b: sine(700, 100), c: sine(900, 100), d: sine(1100, 100) };
    return withPrompts(ctx, prompts, async (phrases) => {
      let [under, most] = [0, 0];
      const answer = ({ answered }: Callback, nth: number): Answer => {
        under += 1;
        most = Math.max(most, under);
        void answered.then(() => {
          under -= 1;
        });
        const json = nth < 20 ? play([phrases[names[nth % 4] ?? 'a']]) : hangUp();
        // Long enough for a second request to be seen beside this one.
        return { answer: { json, delayMs: 20, expectInvalid: false } };
      };
      const { call } = await answeredIvr(ctx, { commands: answer });
      await call.ended;
      ctx.expect('ivr-loop-one-at-a-time', 'most requests at once', most, is(1));
      const wanted = Array.from({ length: 20 }, (_, i) => 500 + 200 * (i % 4));
      const heard = frequenciesOf(await tonesHeard(call.rtp));
      ctx.expect('ivr-loop-continues-long', 'frequencies heard, Hz', heard, theseTones(...wanted));
      const asked = ctx.webhooks.all('getIvrCommand').length;
      ctx.expect('ivr-loop-next-after-phrases', 'commands asked for', asked, is(21));
    });
  },
);

scenario(
  {
    id: 'ivr-loop/hangup-after-phrases',
    title: 'With hangup the phrases are played in full, then BYE comes and no further command is asked for',
    area,
    capability,
    requirements: ['ivr-loop-hangup-after-phrases', 'ivr-loop-hangup-no-next', 'getivrcommand-answer-hangup'],
    needs: audible,
  },
  (ctx) =>
    withTone(ctx, 600, 1000, async (tone) => {
      const { call } = await answeredIvr(ctx, { commands: play([tone], hangUp()) });
      await call.ended;
      await ctx.webhooks.next('sessionCompleted');
      const tones = await tonesHeard(call.rtp);
      ctx.expect('ivr-loop-hangup-after-phrases', 'frequencies heard, Hz', frequenciesOf(tones), theseTones(600));
      const [heard] = tones;
      if (heard === undefined) return;
      ctx.expect('ivr-loop-hangup-after-phrases', 'ms of the phrase', heard.durationMs, asLongAs(1000));
      const behind = byeAt(ctx, call.sipp.messages()) - (await endOf(call.rtp, heard));
      ctx.expect('getivrcommand-answer-hangup', 'ms from the end of the phrase to BYE', behind, between(-60, 1000));
      ctx.expect('ivr-loop-hangup-after-phrases', 'ms from the end of the phrase to BYE', behind, between(-60, 1000));
      ctx.expect('ivr-loop-hangup-no-next', 'commands asked for', ctx.webhooks.all('getIvrCommand').length, is(1));
    }),
);

scenario(
  {
    id: 'ivr-loop/hangup-alone',
    title: 'hangup without phrases ends the call at once, and no further command is asked for',
    area,
    capability,
    requirements: ['ivr-loop-hangup-alone', 'ivr-loop-hangup-no-next', 'getivrcommand-answer-hangup'],
    needs,
  },
  async (ctx) => {
    const { call, command } = await answeredIvr(ctx, { commands: hangUp() });
    await call.ended;
    await ctx.webhooks.next('sessionCompleted');
    const after = byeAt(ctx, call.sipp.messages()) - command.at;
    ctx.expect('ivr-loop-hangup-alone', 'ms from the request to BYE', after, between(0, 1000));
    ctx.expect('getivrcommand-answer-hangup', 'ms from the request to BYE', after, between(0, 1000));
    ctx.expect('ivr-loop-hangup-no-next', 'commands asked for', ctx.webhooks.all('getIvrCommand').length, is(1));
  },
);

scenario(
  {
    id: 'ivr-loop/ask-after-while-playing',
    title: 'getIVRCommandAfter asks while a phrase still plays, and ends it',
    area,
    capability,
    requirements: ['ivr-loop-ask-after', 'getivrcommand-answer-ask-after'],
    needs: audible,
  },
  (ctx) =>
    withTone(ctx, 600, 4000, async (tone) => {
      const { call, command } = await answeredIvr(ctx, {
        commands: [play([tone], { getIVRCommandAfter: 1 }), { getIVRCommandAfter: 1 }, hangUp()],
      });
      await command.answered;
      const answered = ctx.harness.clock.now();
      const next = await ctx.webhooks.next('getIvrCommand');
      const late = ctx.target.timers.dtmfGraceMs;
      ctx.expect('ivr-loop-ask-after', 'ms from the answer', next.at - answered, between(900, 1000 + late));
      ctx.expect('getivrcommand-answer-ask-after', 'ms from the answer', next.at - answered, between(900, 1000 + late));
      await call.ended;
      const stopped = (await endOfLast(call.rtp)) - next.at;
      ctx.expect(
        'ivr-loop-ask-after',
        'ms from the next request to the end of the phrase',
        stopped,
        between(-300, 300),
      );
    }),
);

scenario(
  {
    id: 'ivr-loop/ask-after',
    title: 'getIVRCommandAfter alone waits so long; a command that is done earlier asks earlier; 0 is as none',
    area,
    capability,
    requirements: [
      'ivr-loop-ask-after-alone',
      'ivr-loop-ask-after-earlier-end',
      'ivr-loop-ask-after-zero',
      'getivrcommand-answer-ask-after',
    ],
    needs: audible,
  },
  (ctx) =>
    withPrompts(ctx, { short: sine(600, 300), longer: sine(900, 800) }, async ({ short, longer }) => {
      const { call, command } = await answeredIvr(ctx, {
        commands: [
          { getIVRCommandAfter: 1 },
          play([short], { getIVRCommandAfter: 20 }),
          play([longer], { getIVRCommandAfter: 0 }),
          hangUp(),
        ],
      });
      await command.answered;
      const answered = ctx.harness.clock.now();
      const second = await ctx.webhooks.next('getIvrCommand');
      const late = ctx.target.timers.dtmfGraceMs;
      ctx.expect('ivr-loop-ask-after-alone', 'ms from the answer', second.at - answered, between(900, 1000 + late));
      ctx.expect(
        'getivrcommand-answer-ask-after',
        'ms from the answer',
        second.at - answered,
        between(900, 1000 + late),
      );
      const third = await ctx.webhooks.next('getIvrCommand');
      const soon = that('when the phrase was over, long before 20 s', (ms: number) => ms >= 250 && ms < 3000);
      ctx.expect('ivr-loop-ask-after-earlier-end', 'ms from the second request', third.at - second.at, soon);
      const fourth = await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      const tones = await tonesHeard(call.rtp);
      ctx.expect('ivr-loop-ask-after-zero', 'frequencies heard, Hz', frequenciesOf(tones), theseTones(600, 900));
      ctx.expect('ivr-loop-ask-after-zero', 'ms of the second phrase', tones[1]?.durationMs, asLongAs(800));
      const whole = that('as long as the phrase at least', (ms: number) => ms >= 750);
      ctx.expect('ivr-loop-ask-after-zero', 'ms from the third request', fourth.at - third.at, whole);
    }),
);

scenario(
  {
    id: 'ivr-loop/caller-hangs-up',
    title: 'When the caller hangs up during a phrase, no further command is asked for and sessionCompleted follows',
    area,
    capability,
    requirements: ['ivr-loop-caller-hangs-up'],
    needs: audible,
  },
  (ctx) =>
    withTone(ctx, 600, 1500, async (tone) => {
      const { call, sessionId } = await answeredIvr(ctx, { commands: [play([tone]), waiting()] });
      await call.rtp.waitForTone(600, 200, ctx.target.timers.stepMs);
      await call.hangup();
      const completed = await ctx.webhooks.next('sessionCompleted');
      ctx.expect('ivr-loop-caller-hangs-up', 'session that is completed', completed.body.sessionId, is(sessionId));
      // The phrase would have been over by then, and the next command asked for.
      await ctx.webhooks.quiet(1500);
      ctx.expect('ivr-loop-caller-hangs-up', 'commands asked for', ctx.webhooks.all('getIvrCommand').length, is(1));
    }),
);

scenario(
  {
    id: 'ivr-loop/late-answer',
    title: 'An answer that comes after the caller has hung up has no effect',
    area,
    capability,
    requirements: ['ivr-loop-hangup-while-asked', 'ivr-loop-caller-hangs-up'],
    needs,
  },
  (ctx) =>
    withTone(ctx, 600, 1000, async (tone) => {
      const late = { answer: { json: play([tone]), delayMs: 800 } };
      const { call } = await answeredIvr(ctx, { commands: late });
      await call.hangup();
      await ctx.webhooks.next('sessionCompleted');
      await ctx.webhooks.quiet(1000);
      const heard = (await tonesHeard(call.rtp)).filter(({ frequency }) => near(frequency, 600));
      ctx.expect('ivr-loop-hangup-while-asked', 'phrases that were heard', heard.length, is(0));
      const asked = ctx.webhooks.all('getIvrCommand').length;
      ctx.expect('ivr-loop-caller-hangs-up', 'commands asked for', asked, is(1));
      const ends = ctx.webhooks.all('sessionCompleted').length;
      ctx.expect('ivr-loop-hangup-while-asked', 'sessionCompleted', ends, is(1));
    }),
);

scenario(
  {
    id: 'ivr-loop/reference-replaced',
    title: 'Of several sessionReferenceIds that were given, the last one is in what follows',
    area,
    capability,
    requirements: ['ivr-loop-reference-replaced', 'getivrcommand-answer-reference', 'getivrcommand-session-reference'],
    needs,
  },
  async (ctx) => {
    const [second, third] = [`${ctx.reference}/2`, { of: ctx.reference, step: [3, null, 'ö'] }];
    const pause = { getIVRCommandAfter: 0.2 };
    const { call, command } = await answeredIvr(ctx, {
      commands: [{ ...pause, sessionReferenceId: second }, { ...pause, sessionReferenceId: third }, pause, hangUp()],
    });
    ctx.expect(
      'getivrcommand-session-reference',
      'in the first request',
      command.body.sessionReferenceId,
      is(ctx.reference),
    );
    const references = [];
    for (let i = 0; i < 3; i++) references.push((await ctx.webhooks.next('getIvrCommand')).body.sessionReferenceId);
    await call.ended;
    const completed = await ctx.webhooks.next('sessionCompleted');
    ctx.expect('getivrcommand-answer-reference', 'in the second request', references[0], is(second));
    ctx.should(
      'ivr-loop-reference-replaced',
      'in the third and the fourth request',
      references.slice(1),
      is([third, third]),
    );
    ctx.should('ivr-loop-reference-replaced', 'in sessionCompleted', completed.body.sessionReferenceId, is(third));
  },
);
