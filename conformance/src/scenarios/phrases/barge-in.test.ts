import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, type Json, play } from '../support/answers.ts';
import { collect, paramsOf } from '../support/collect.ts';
import { between, is, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { asLongAs, frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { sine, withPrompts } from '../support/prompts.ts';

const area = 'phrases';
const capability = 'ivr';
const needs = { call: true, webhook: true, rtp: true } as const;
const [first, second] = [1500, 400];

/** Two phrases; a key is pressed while the first one plays. Gives what was heard of them, and the digits. */
async function pressedInFirst(ctx: TestContext, more: Json) {
  return withPrompts(ctx, { long: sine(600, first), short: sine(900, second) }, async ({ long, short }) => {
    const command = play([long, short], { ...collect({ maxDigits: 1, firstTimeout: 30 }), ...more });
    const { call } = await answeredIvr(ctx, { commands: [command, hangUp()] });
    await call.rtp.waitForTone(600, 200, ctx.target.timers.stepMs);
    await call.rtp.sendDigits('5', { durationMs: 100 });
    const next = await ctx.webhooks.next('getIvrCommand');
    await call.ended;
    return { tones: await tonesHeard(call.rtp), digits: paramsOf(next).dtmfMatch };
  });
}

/** Well before its end, or the digit stopped nothing. */
const cutShort = between(150, first - 300);

scenario(
  {
    id: 'phrases/barge-in-absent',
    title: 'Without bargeIn a digit stops nothing: both phrases are heard whole',
    area,
    capability,
    requirements: ['phrases-barge-in-absent', 'dtmf-digits-during-phrases'],
    needs,
  },
  async (ctx) => {
    const { tones, digits } = await pressedInFirst(ctx, {});
    const slug = 'phrases-barge-in-absent';
    ctx.expect(slug, 'frequencies heard, Hz', frequenciesOf(tones), theseTones(600, 900));
    ctx.expect(slug, 'ms of the first phrase', tones[0]?.durationMs, asLongAs(first));
    ctx.expect(slug, 'ms of the second phrase', tones[1]?.durationMs, asLongAs(second));
    ctx.expect('dtmf-digits-during-phrases', 'digits collected', digits, is('5'));
  },
);

scenario(
  {
    id: 'phrases/barge-in-all',
    title: 'With bargeIn all a digit stops the phrase that plays and those after it, and counts',
    area,
    capability,
    requirements: ['phrases-barge-in-all', 'getivrcommand-answer-barge-in', 'dtmf-digits-during-phrases'],
    needs,
  },
  async (ctx) => {
    const { tones, digits } = await pressedInFirst(ctx, { bargeIn: 'all' });
    ctx.expect('phrases-barge-in-all', 'frequencies heard, Hz', frequenciesOf(tones), theseTones(600));
    ctx.expect('phrases-barge-in-all', 'ms of the first phrase', tones[0]?.durationMs, cutShort);
    ctx.expect('getivrcommand-answer-barge-in', 'ms of the first phrase', tones[0]?.durationMs, cutShort);
    ctx.expect('dtmf-digits-during-phrases', 'digits collected', digits, is('5'));
  },
);

scenario(
  {
    id: 'phrases/barge-in-current',
    title: 'With bargeIn current a digit stops the phrase that plays, and the next one is heard whole',
    area,
    capability,
    requirements: ['phrases-barge-in-current', 'getivrcommand-answer-barge-in'],
    needs,
  },
  (ctx) =>
    withPrompts(ctx, { long: sine(600, first), short: sine(900, second) }, async ({ long, short }) => {
      // More digits are wanted than are pressed, so that the end of the collecting does not end the phrases.
      const dtmf = { maxDigits: 5, firstTimeout: 1, betweenTimeout: 1 };
      const command = play([long, short], { ...collect(dtmf), bargeIn: 'current' });
      const { call } = await answeredIvr(ctx, { commands: [command, hangUp()] });
      await call.rtp.waitForTone(600, 200, ctx.target.timers.stepMs);
      await call.rtp.sendDigits('5', { durationMs: 100 });
      const next = await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      const tones = await tonesHeard(call.rtp);
      const slug = 'phrases-barge-in-current';
      ctx.expect(slug, 'frequencies heard, Hz', frequenciesOf(tones), theseTones(600, 900));
      ctx.expect(slug, 'ms of the first phrase', tones[0]?.durationMs, cutShort);
      ctx.expect(slug, 'ms of the second phrase', tones[1]?.durationMs, asLongAs(second));
      ctx.expect('getivrcommand-answer-barge-in', 'ms of the first phrase', tones[0]?.durationMs, cutShort);
      const kept = that('5', (digits: unknown) => digits === '5');
      ctx.expect(slug, 'digits collected', paramsOf(next).dtmfMatch, kept);
    }),
);
