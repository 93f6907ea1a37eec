import { audio } from '../../harness/index.ts';
import { scenario } from '../../harness/scenario.ts';
import type { TestContext } from '../../harness/types.ts';
import { hangUp, type Json, play, spoken } from '../support/answers.ts';
import { is, that } from '../support/expected.ts';
import { answeredIvr } from '../support/flows.ts';

const area = 'phrases';
const capability = 'tts';
const needs = { call: true, webhook: true, rtp: true } as const;
/** A cold synthesiser on a busy machine. */
const patience = 15_000;

const google = (input: Json, more: Json = {}): Json => ({
  format: 'googletts',
  googleTTSParameters: { input, voice: { languageCode: 'en-US' }, audioConfig: { audioEncoding: 'LINEAR16' }, ...more },
});

/** Ms of sound, pauses left out, of each phrase played in a command of its own. */
async function soundOf(ctx: TestContext, phrases: readonly Json[]): Promise<number[]> {
  const { call } = await answeredIvr(ctx, { commands: [...phrases.map((phrase) => play([phrase])), hangUp()] });
  const lengths: number[] = [];
  let before = 0;
  for (const _ of phrases) {
    await ctx.webhooks.next('getIvrCommand', { within: patience });
    // The callback says that the phrase is over, so the audio until now is that of the phrases until now.
    const active = audio.activeMs((await call.rtp.audio()).pcm);
    lengths.push(active - before);
    before = active;
  }
  await call.ended;
  return lengths;
}

const speech = that('at least 300 ms of sound', (ms: number | undefined) => (ms ?? 0) >= 300);

scenario(
  {
    id: 'phrases/awstts',
    title: 'A text in the words of Amazon Polly is spoken, and a longer text takes longer',
    area,
    capability,
    requirements: ['phrases-awstts', 'phrases-awstts-parameters', 'phrases-tts-different-texts'],
    needs,
  },
  async (ctx) => {
    const [short = 0, long = 0] = await soundOf(ctx, [
      spoken('Good morning.', { Engine: 'neural', LanguageCode: 'en-US', LexiconNames: [] }),
      spoken('Good morning, and thank you for waiting. All of our lines are busy, so please stay with us.'),
    ]);
    ctx.expect('phrases-awstts', 'ms of sound of the text without more parameters', long, speech);
    ctx.expect('phrases-awstts-parameters', 'ms of sound', short, speech);
    ctx.note('ms of sound', { short, long });
    const twice = that('at least twice as long', (ratio: number) => ratio >= 2);
    ctx.expect('phrases-tts-different-texts', 'long text to short text', long / short, twice);
  },
);

scenario(
  {
    id: 'phrases/googletts',
    title: 'A text in the words of Cloud Text-to-Speech is spoken, and a longer text takes longer',
    area,
    capability,
    requirements: ['phrases-googletts', 'phrases-googletts-parameters', 'phrases-tts-different-texts'],
    needs,
  },
  async (ctx) => {
    const voice = { languageCode: 'en-US', name: 'en-US-Standard-A', ssmlGender: 'FEMALE' };
    const [short = 0, long = 0] = await soundOf(ctx, [
      google({ text: 'Good evening.' }, { voice }),
      google({ text: 'Good evening. The office has closed for today; it opens again tomorrow morning at eight.' }),
    ]);
    ctx.expect('phrases-googletts', 'ms of sound of the text without more parameters', long, speech);
    ctx.expect('phrases-googletts-parameters', 'ms of sound', short, speech);
    const twice = that('at least twice as long', (ratio: number) => ratio >= 2);
    ctx.expect('phrases-tts-different-texts', 'long text to short text', long / short, twice);
  },
);

/** Markup that would take seconds, were it read aloud. */
const marked =
  '<speak><p><s xml:lang="en-US"><prosody rate="medium" pitch="medium" volume="medium">Good morning.</prosody></s></p></speak>';

for (const { name, slug, plain, ssml } of [
  {
    name: 'awstts',
    slug: 'phrases-awstts-ssml',
    plain: spoken('Good morning.'),
    ssml: spoken(marked, { TextType: 'ssml' }),
  },
  {
    name: 'googletts',
    slug: 'phrases-googletts-ssml',
    plain: google({ text: 'Good morning.' }),
    ssml: google({ ssml: marked }),
  },
]) {
  scenario(
    {
      id: `phrases/${name}-ssml`,
      title: `The markup of SSML in ${name} is not read aloud`,
      area,
      capability,
      requirements: [slug],
      needs,
    },
    async (ctx) => {
      const [text = 0, markup = 0] = await soundOf(ctx, [plain, ssml]);
      const alike = that('between half as long and twice as long', (ratio: number) => ratio > 0.5 && ratio < 2);
      ctx.should(slug, 'text with markup to plain text', markup / text, alike);
      ctx.should(slug, 'something was spoken', markup >= 300, is(true));
    },
  );
}
