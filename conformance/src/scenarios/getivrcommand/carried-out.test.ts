import { scenario } from '../../harness/scenario.ts';
import { hangUp, play } from '../support/answers.ts';
import { collect } from '../support/collect.ts';
import { between } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { sine, withStoredPrompts, withTone } from '../support/prompts.ts';

const area = 'getivrcommand';
const needs = { call: true, webhook: true, rtp: true } as const;

scenario(
  {
    id: 'getivrcommand/answer-background',
    title: 'The backgroundPrompt of an answer is heard while nothing else is',
    area,
    capability: 'background',
    requirements: ['getivrcommand-answer-background'],
    needs,
  },
  (ctx) =>
    withStoredPrompts(ctx, { music: sine(500, 2000) }, async ({ music }) => {
      const { call } = await answeredIvr(ctx, {
        commands: [{ backgroundPrompt: { fileName: music }, getIVRCommandAfter: 1 }, hangUp()],
      });
      await call.ended;
      const heard = frequenciesOf(await tonesHeard(call.rtp));
      ctx.expect('getivrcommand-answer-background', 'heard, Hz', heard, theseTones(500));
    }),
);

scenario(
  {
    id: 'getivrcommand/answer-barge-in',
    title: 'By the bargeIn of an answer a digit stops the phrase that plays',
    area,
    capability: 'ivr',
    requirements: ['getivrcommand-answer-barge-in'],
    needs,
  },
  (ctx) =>
    withTone(ctx, 600, 3000, async (tone) => {
      // More digits are wanted than are pressed: it is the digit that ends the phrase, not the end of the collecting.
      const dtmf = { maxDigits: 5, firstTimeout: 1, betweenTimeout: 1 };
      const commands = [play([tone], { ...collect(dtmf), bargeIn: 'all' }), hangUp()];
      const { call } = await answeredIvr(ctx, { commands });
      await call.rtp.waitForTone(600, 200, ctx.target.timers.stepMs);
      await call.rtp.sendDigits('5', { durationMs: 100 });
      await call.ended;
      const [heard] = await tonesHeard(call.rtp);
      const ms = heard?.durationMs;
      ctx.expect('getivrcommand-answer-barge-in', 'ms of the phrase', ms, between(150, 1500));
    }),
);
