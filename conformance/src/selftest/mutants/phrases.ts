import { isObject } from '../../drivers/http.ts';
import { callback, mutant, rtp, valueAt } from '../dsl/index.ts';
import type { HttpRewrite, Mutant } from '../types.ts';

const asked = callback('getIvrCommand');
const answer = asked.answer;

/** A phrase that has this property is not understood. */
const refusing = (pointer: string): HttpRewrite =>
  answer.when(({ json }) => valueAt(json, `/phrases/0/${pointer}`) !== undefined).set('/phrases/0/format', 'strange');

/** What is loud becomes a tone of its own, -10 dBm0 or so. */
const otherTune = rtp.audio.samples((pcm, { timestamp }) =>
  pcm.some((sample) => Math.abs(sample) > 500)
    ? pcm.map((_, i) => 8000 * Math.sin((2 * Math.PI * 900 * (timestamp + i)) / 8000))
    : pcm,
);

const baseName = (name: unknown): string => String(name).replace(/^.*[\\/]/, '');

const alarm = ({ sessionId, domain }: Readonly<Record<string, unknown>>) => ({
  ...{ sessionId, domain, type: 'ivrCommandError', error: 'IVR command failed' },
});

const background = { scenarios: ['phrases/background-loops'] };

export const phrases: readonly Mutant[] = [
  mutant(
    'phrases/polly-parameters-refused',
    'A phrase with an engine for its voice is not understood',
    'phrases-awstts-parameters',
    refusing('awsTTSParameters/Engine'),
    { scenarios: ['phrases/awstts'] },
  ),
  mutant(
    'phrases/google-parameters-refused',
    'A phrase with a name of a voice is not understood',
    'phrases-googletts-parameters',
    refusing('googleTTSParameters/voice/name'),
    { scenarios: ['phrases/googletts'] },
  ),
  mutant(
    'phrases/only-the-beginning-spoken',
    'Of a text only the first sentence is spoken',
    'phrases-tts-different-texts',
    answer.json((json) => {
      const text = valueAt(json, '/phrases/0/awsTTSParameters/Text');
      const [phrase] = isObject(json) && Array.isArray(json.phrases) ? json.phrases : [];
      if (typeof text !== 'string' || !isObject(phrase) || !isObject(phrase.awsTTSParameters)) return undefined;
      const short = { ...phrase.awsTTSParameters, Text: text.replace(/^(.{12}).*/, '$1.') };
      return { ...Object(json), phrases: [{ ...phrase, awsTTSParameters: short }] };
    }),
    { scenarios: ['phrases/awstts'] },
  ),
  mutant(
    'phrases/path-overlooked',
    'The path of a fileName is overlooked, and the file is played',
    'phrases-file-name-with-path',
    answer.json((json) =>
      isObject(json) && Array.isArray(json.phrases)
        ? { ...json, phrases: json.phrases.map((one) => ({ ...one, fileName: baseName(one.fileName) })) }
        : undefined,
    ),
    { scenarios: ['phrases/outside-the-storage'] },
  ),
  mutant(
    'phrases/other-background',
    'The background is another sound than that of the file',
    'phrases-background-file',
    otherTune,
    background,
  ),
  mutant(
    'phrases/background-breaks-off',
    'The background prompt is not played again after its second time',
    'phrases-background-loops',
    rtp.audio.during(1200).silence(),
    background,
  ),
  mutant(
    'phrases/other-pause',
    'Between two rounds of the background lies another pause',
    'phrases-background-repeat-pause',
    answer.change('/backgroundPrompt/repeatPause', () => 0.1),
    background,
  ),
  mutant(
    'phrases/pause-objected-to',
    'repeatPause leads to an alarm',
    'phrases-background-repeat-pause-given',
    asked.nth(2).besides('alarm', alarm),
    background,
  ),
  mutant(
    'phrases/background-goes-on',
    'stop does not end the background',
    'phrases-background-stop',
    answer.having('/backgroundPrompt/stop', true).drop('/backgroundPrompt'),
    background,
  ),
];
