import { audio } from '../../harness/index.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, play, stored } from '../support/answers.ts';
import { withAudioServer } from '../support/audio-server.ts';
import { between, is, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';
import { frequenciesOf, gapsBetween, near, theseTones, tonesHeard } from '../support/heard.ts';
import { sine, toneLevel, withStoredPrompts } from '../support/prompts.ts';
import { medianOf } from '../support/stream.ts';

const area = 'phrases';
const capability = 'background';
const needs = { call: true, webhook: true, rtp: true } as const;

scenario(
  {
    id: 'phrases/background-loops',
    title: 'A stored background prompt goes round with its pause, through several commands, until stop',
    area,
    capability,
    requirements: [
      'phrases-background-loops',
      'phrases-background-file',
      'phrases-background-repeat-pause',
      'phrases-background-repeat-pause-given',
      'phrases-background-stop',
      'getivrcommand-answer-background',
    ],
    needs,
  },
  (ctx) =>
    withStoredPrompts(ctx, { music: sine(500, 400) }, async ({ music }) => {
      const { call } = await answeredIvr(ctx, {
        commands: [
          { backgroundPrompt: { fileName: music, repeatPause: 0.3 }, getIVRCommandAfter: 2.5 },
          { getIVRCommandAfter: 1.2 },
          { backgroundPrompt: { stop: true }, getIVRCommandAfter: 1 },
          hangUp(),
        ],
      });
      const second = await ctx.webhooks.next('getIvrCommand');
      const stop = await ctx.webhooks.next('getIvrCommand');
      await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      const tones = await tonesHeard(call.rtp);
      const onlyMusic = that('500 Hz and nothing else', (heard: readonly number[]) => {
        return heard.length > 0 && heard.every((one) => near(one, 500));
      });
      ctx.expect('phrases-background-file', 'frequencies heard, Hz', frequenciesOf(tones), onlyMusic);
      ctx.expect('phrases-background-repeat-pause-given', 'alarms', ctx.webhooks.all('alarm').length, is(0));
      const rounds = that('at least three rounds of 500 Hz', (heard: readonly number[]) => {
        return heard.length >= 3 && heard.every((one) => near(one, 500));
      });
      const loops = ['phrases-background-loops', 'getivrcommand-answer-background'];
      const looped = [...loops, 'phrases-background-repeat-pause-given'];
      ctx.expect(looped, 'rounds heard, Hz', frequenciesOf(tones), rounds);
      for (const gap of gapsBetween(tones)) {
        ctx.expect('phrases-background-repeat-pause', 'ms between two rounds', gap, between(260, 340));
      }
      const { startedAt } = await call.rtp.audio();
      const ends = tones.map((tone) => startedAt + tone.startMs + tone.durationMs);
      const across = ends.some((end) => end > second.at + 400);
      ctx.expect('phrases-background-loops', 'a round during the second command', across, is(true));
      const after = Math.max(...ends) - stop.at;
      const soon = that('no more than 300 ms', (ms: number) => ms <= 300);
      ctx.expect('phrases-background-stop', 'ms from stop to the end of the last round', after, soon);
    }),
);

/** Level of a frequency while it and another are heard together. */
async function heardTogether(ctx: TestContext, pcm: Int16Array, one: number, other: number): Promise<void> {
  const windows = Array.from({ length: Math.floor(pcm.length / 800) }, (_, i) => pcm.subarray(i * 800, (i + 1) * 800));
  const both = windows.filter((window) => audio.levelAt(window, one) > -30 && audio.levelAt(window, other) > -30);
  const enough = that('at least 500 ms', (ms: number) => ms >= 500);
  ctx.expect(
    'phrases-background-under',
    `ms in which ${one} and ${other} Hz sound together`,
    both.length * 100,
    enough,
  );
  // Nobody should have to strain to hear what is said over music.
  const kept = between(toneLevel - 1, toneLevel + 1);
  const middle = medianOf(both.map((window) => audio.levelAt(window, other)));
  ctx.should('phrases-background-under', `level of the phrase of ${other} Hz meanwhile, dBov`, middle, kept);
}

scenario(
  {
    id: 'phrases/background-under-phrases',
    title: 'A background prompt from a URL is heard under the phrases, which stay whole',
    area,
    capability,
    requirements: ['phrases-background-under', 'phrases-background-url'],
    needs,
  },
  (ctx) =>
    withAudioServer(ctx, { 'music.wav': sine(500, 3000), 'voice.wav': sine(1200, 800) }, async (server) => {
      const voice = { format: 'url', url: server.url('voice.wav') };
      const { call } = await answeredIvr(ctx, {
        commands: [
          { backgroundPrompt: { url: server.url('music.wav') }, getIVRCommandAfter: 2 },
          play([voice]),
          { getIVRCommandAfter: 0.3 },
          hangUp(),
        ],
      });
      await ctx.webhooks.next('getIvrCommand');
      await ctx.webhooks.next('getIvrCommand');
      await call.ended;
      const { pcm } = await call.rtp.audio();
      const [alone] = frequenciesOf(await tonesHeard(call.rtp));
      ctx.expect('phrases-background-url', 'what is heard first, Hz', [alone ?? 0], theseTones(500));
      await heardTogether(ctx, pcm, 500, 1200);
    }),
);

for (const { name, title, prompt } of [
  { name: 'file', title: 'A background prompt that is not stored', prompt: { fileName: 'there-is-no-such-music.wav' } },
  {
    name: 'url',
    title: 'A background prompt at a URL where nobody is',
    prompt: { url: 'http://127.0.0.1:1/none.wav' },
  },
]) {
  scenario(
    {
      id: `phrases/background-fails-${name}`,
      title: `${title} leads to the alarm phraseError, and the command goes on`,
      area,
      capability,
      requirements: ['phrases-background-fails'],
      needs,
    },
    (ctx) =>
      withStoredPrompts(ctx, { tone: sine(800, 400) }, async ({ tone }) => {
        const command = play([stored(tone)], { backgroundPrompt: prompt });
        const { call } = await answeredIvr(ctx, { commands: [command, hangUp()] });
        const alarm = await ctx.webhooks.next('alarm');
        const told = [alarm.body.type, alarm.body.error];
        ctx.should(
          'phrases-background-fails',
          'type and error of the alarm',
          told,
          is(['ivrCommandError', 'phraseError']),
        );
        await call.ended;
        const heard = frequenciesOf(await tonesHeard(call.rtp));
        ctx.should('phrases-background-fails', 'frequencies heard, Hz', heard, theseTones(800));
      }),
  );
}
