import { audio } from '../../harness/index.ts';
import { scenario } from '../../harness/scenario.ts';
import { wav } from '../../harness/wav.ts';
import { hangUp, play } from '../support/answers.ts';
import { between } from '../support/expected.ts';
import { asLongAs, frequenciesOf, theseTones, tonesHeard } from '../support/heard.ts';
import { withPrompts } from '../support/prompts.ts';
import { onWireIvr } from '../support/wire-ivr.ts';

const frequency = 500;
const period = 8000 / frequency;

/**
 * By how many samples a sine of 500 Hz is out of step with its own beginning, at most, from one end of the piece to the
 * other: 0 where nothing lies between its parts and nothing is missing. A multiple of a period goes unseen here, and is seen by the length.
 */
function outOfStep(pcm: Int16Array): number {
  const phases: number[] = [];
  for (let at = 0; at + 10 * period <= pcm.length; at += 10 * period) {
    let [re, im] = [0, 0];
    for (let n = at; n < at + 10 * period; n++) {
      re += (pcm[n] ?? 0) * Math.cos((2 * Math.PI * n) / period);
      im += (pcm[n] ?? 0) * Math.sin((2 * Math.PI * n) / period);
    }
    phases.push((Math.atan2(im, re) / (2 * Math.PI)) * period);
  }
  const [first = Number.NaN] = phases;
  const apart = phases.map((phase) => Math.abs(((phase - first + 1.5 * period) % period) - period / 2));
  return Math.max(...apart);
}

scenario(
  {
    id: 'phrases/seamless',
    title: 'One tone in five phrases of odd lengths is heard as one: no sample between them, and none missing',
    area: 'phrases',
    capability: 'ivr',
    requirements: ['phrases-without-gap', 'phrases-once'],
    needs: { call: true, webhook: true },
  },
  (ctx) => {
    const lengths = [2003, 1277, 161, 3001, 1558];
    const whole = audio.tone(frequency, 1000);
    let from = 0;
    const parts = lengths.map((length) => {
      from += length;
      return wav(whole.subarray(from - length, from));
    });
    const prompts = Object.fromEntries(parts.map((part, i) => [`part${i}`, part]));
    return withPrompts(ctx, prompts, async (phrases) => {
      const all = parts.map((_, i) => phrases[`part${i}`] ?? {});
      await onWireIvr(ctx, { commands: [play(all), hangUp()] }, async ({ caller, media }) => {
        await ctx.webhooks.next('getIvrCommand');
        await caller.answer('BYE');
        const heard = await tonesHeard(media);
        ctx.expect('phrases-once', 'frequencies heard, Hz', frequenciesOf(heard), theseTones(frequency));
        ctx.expect('phrases-once', 'ms of it', heard[0]?.durationMs, asLongAs(1000));
        const { pcm } = await media.audio();
        // The ends of the tone are found to 6 ms, so a little is left out on both sides.
        const { startMs = 0, durationMs = 0 } = heard[0] ?? {};
        const apart = outOfStep(audio.cut(pcm, startMs + 10, durationMs - 20));
        ctx.should('phrases-without-gap', 'samples by which parts of the tone are out of step', apart, between(0, 0.4));
      });
    });
  },
);
