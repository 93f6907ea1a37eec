import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { energy } from '../media/core/tone.ts';
import { readWav } from '../media/core/wav.ts';
import type { Json } from '../session/json.ts';
import { createCachedTts } from './cached-tts.ts';
import { createEmbeddedTts, type EmbeddedTtsOptions } from './embedded-tts.ts';
import { espeakArguments, readVoices, voiceOf } from './espeak-arguments.ts';
import { readParameters } from './parameters.ts';
import { runProgram } from './run-program.ts';
import { Slots } from './slots.ts';
import { checkSsml } from './ssml.ts';
import { type Tts, TtsError, type TtsRequest } from './tts.ts';

const installed = spawnSync('espeak-ng', ['--version']).status === 0;
const aws = (parameters: Record<string, Json>) => ({ provider: 'aws', parameters }) as const;
const google = (parameters: Record<string, Json>) => ({ provider: 'google', parameters }) as const;

describe('parameters', () => {
  it.each([
    ['Polly, text alone', aws({ Text: 'hi' }), { text: 'hi', ssml: false, language: 'en-US' }],
    ['Polly, voice', aws({ Text: 'hi', VoiceId: 'Hans' }), { language: 'de-DE', gender: 'male' }],
    ['Polly, language over voice', aws({ Text: 'hi', VoiceId: 'Aditi', LanguageCode: 'hi-IN' }), { language: 'hi-IN' }],
    [
      'Polly, unknown voice of a language',
      aws({ Text: 'hi', VoiceId: 'New', LanguageCode: 'fr-FR' }),
      { language: 'fr-FR' },
    ],
    ['Polly, SSML', aws({ Text: '<speak>hi</speak>', TextType: 'ssml' }), { ssml: true }],
    [
      'Polly, all that is only for the cloud',
      aws({ Text: 'hi', OutputFormat: 'mp3', Engine: 'neural' }),
      { text: 'hi' },
    ],
    [
      'Google, text',
      google({ input: { text: 'hi' }, voice: { languageCode: 'sv-SE' } }),
      { text: 'hi', language: 'sv-SE' },
    ],
    [
      'Google, language of the name',
      google({ input: { text: 'hi' }, voice: { name: 'fi-FI-Wavenet-A' } }),
      { language: 'fi-FI' },
    ],
    ['Google, SSML', google({ input: { ssml: '<speak>hi</speak>' } }), { ssml: true, language: 'en-US' }],
    [
      'Google, audio',
      google({
        input: { text: 'hi' },
        voice: { ssmlGender: 'FEMALE' },
        audioConfig: { speakingRate: 2, pitch: -4, volumeGainDb: 6 },
      }),
      { gender: 'female', rate: 2, pitch: -4, gain: 6 },
    ],
    [
      'null as absent',
      google({ input: { text: 'hi', ssml: null }, voice: null, audioConfig: { pitch: null } }),
      { pitch: 0 },
    ],
  ])('%s', (_, request, utterance) => {
    expect(readParameters(request)).toMatchObject(utterance);
  });

  it.each([
    ['no Text', aws({}), 'Text is missing'],
    ['empty Text', aws({ Text: ' ' }), 'the text is empty'],
    ['Text that is no string', aws({ Text: 5 }), 'Text must be a string'],
    ['an endless Text', aws({ Text: 'x'.repeat(6001) }), 'the text has more than 6000 characters'],
    ['unknown TextType', aws({ Text: 'hi', TextType: 'html' }), 'TextType must be one of text, ssml'],
    ['unknown VoiceId', aws({ Text: 'hi', VoiceId: 'Nobody' }), 'VoiceId names no known voice'],
    ['LanguageCode that is none', aws({ Text: 'hi', LanguageCode: '-w /etc/x' }), 'LanguageCode is no language code'],
    ['broken SSML', aws({ Text: '<speak>hi', TextType: 'ssml' }), 'the SSML leaves speak open'],
    ['no input', google({}), 'input must have either text or ssml'],
    ['two inputs', google({ input: { text: 'a', ssml: '<speak>a</speak>' } }), 'input must have either text or ssml'],
    ['input that is no object', google({ input: 'hi' }), 'input must be an object'],
    [
      'a rate out of range',
      google({ input: { text: 'hi' }, audioConfig: { speakingRate: 5 } }),
      'speakingRate must be a number from 0.25 to 4',
    ],
    [
      'a rate in words',
      google({ input: { text: 'hi' }, audioConfig: { speakingRate: 'fast' } }),
      'speakingRate must be',
    ],
  ])('refuses %s', (_, request, message) => {
    expect(() => readParameters(request)).toThrow(expect.objectContaining({ code: 'TTS_PARAMETERS' }));
    expect(() => readParameters(request)).toThrow(message);
  });
});

it.each([
  ['<speak>hi</speak>', undefined],
  ['<?xml version="1.0"?> <speak xml:lang="en">a <break time="1s"/> <p>b</p> &amp; c <!-- < --></speak>\n', undefined],
  ['hi', 'must be one speak element'],
  ['<p>hi</p>', 'must be one speak element'],
  ['<speak>a</speak><speak>b</speak>', 'must be one speak element'],
  ['<speak>a</speak> b', 'must be one speak element'],
  ['<speak><p>a</speak></p>', 'closes speak, which is not open'],
  ['<speak>a < b</speak>', 'contains a < that begins no tag'],
  ['<speak>', 'leaves speak open'],
])('SSML %j', (text, fault) => {
  expect(checkSsml(text)).toBe(fault);
});

describe('espeak-ng arguments', () => {
  const voices = readVoices(
    'Pty Language Age/Gender VoiceName File\n 5 en-us --/M x y\n 2 en-GB --/M x y\n 5 nb --/M x y\n 5 cmn -- x y\n',
  );
  it.each([
    ['en-US', 'en-us'],
    ['en-AU', 'en-gb'],
    ['en', 'en-us'],
    ['nb-NO', 'nb'],
    ['zh-CN', 'cmn'],
    ['xx-YY', undefined],
  ])('%s is %s', (language, voice) => {
    expect(voiceOf(language, voices)).toBe(voice);
  });

  it('stay within what the program takes', () => {
    const utterance = {
      text: '',
      ssml: true,
      language: 'en-US',
      gender: 'female',
      rate: 4,
      pitch: 20,
      gain: 16,
    } as const;
    expect(espeakArguments(utterance, 'en-us')).toEqual([
      '-v',
      'en-us+f2',
      '-s',
      '450',
      '-p',
      '99',
      '-a',
      '200',
      '-b',
      '1',
      '-m',
    ]);
  });
});

describe('speech by espeak-ng (skipped where it is not installed)', () => {
  let tts: Tts | undefined;
  const create = (options: EmbeddedTtsOptions = {}): Tts => {
    tts = createEmbeddedTts(options);
    return tts;
  };
  afterEach(() => tts?.close());

  it.skipIf(!installed)('is audio, longer for a longer text, slower for a slower rate', async () => {
    create();
    const seconds = async (text: string, speakingRate: number): Promise<number> => {
      const request = google({ input: { text }, audioConfig: { speakingRate } });
      const { samples, sampleRate } = readWav((await (tts as Tts).speak(request)).wav);
      expect(energy(samples)).toBeGreaterThan(10_000);
      return samples.length / sampleRate;
    };
    const short = await seconds('Hello.', 1);
    expect(short).toBeGreaterThan(0.3);
    expect(await seconds('Hello, and welcome to the demonstration.', 1)).toBeGreaterThan(short * 2);
    expect(await seconds('Hello.', 0.5)).toBeGreaterThan(short * 1.3);
  });

  it.skipIf(!installed)('keeps the pauses of SSML, and no text reaches a shell', async () => {
    const { speak } = create();
    const length = async (text: string): Promise<number> => {
      const { samples, sampleRate } = readWav((await speak(aws({ Text: text, TextType: 'ssml' }))).wav);
      return samples.length / sampleRate;
    };
    const plain = await length('<speak>one two</speak>');
    expect(await length('<speak>one <break time="1500ms"/> two</speak>')).toBeGreaterThan(plain + 1);
    const hostile = await speak(aws({ Text: '"; exit 1; $(false) `false` -w /dev/null' }));
    expect(hostile.wav.length).toBeGreaterThan(1000);
  });

  it.skipIf(!installed)('has no voice for a language that nobody speaks', async () => {
    const { speak } = create();
    await expect(speak(aws({ Text: 'hi', LanguageCode: 'xx-XX' }))).rejects.toMatchObject({ code: 'TTS_PARAMETERS' });
  });
});

describe('the cache', () => {
  it.skipIf(!installed)(
    'speaks again when the time is over or when it is told to, and once for two at once',
    async () => {
      let now = 0;
      const { speak } = createEmbeddedTts({ now: () => now });
      const request = { ...aws({ Text: 'hi' }), cacheSeconds: 60 };
      const [one, two] = await Promise.all([speak(request), speak(request)]);
      expect(two).toBe(one);
      now = 59_999;
      expect(await speak(request)).toBe(one);
      const refreshed = await speak({ ...request, refresh: true });
      expect(refreshed).not.toBe(one);
      expect(refreshed.key).toBe(one.key);
      now += 60_000;
      expect(await speak(request)).not.toBe(refreshed);
    },
  );
});

describe('how old what was spoken may be', () => {
  it.each<[string, number | undefined, number, number | undefined, number]>([
    ['as the phrase says', 60, 30, 60, 1],
    ['as the phrase says, however long the one before it would have it kept', 86_400, 30, 20, 2],
    ['not at all for 0 seconds', 86_400, 0, 0, 2],
    ['as the settings say where the phrase is silent', 86_400, 100, undefined, 2],
    ['as the phrase says, however short the time of the one before it', 10, 30, 60, 1],
  ])('%s', async (_, before, seconds, after, spoken) => {
    let [now, times] = [0, 0];
    const speaker = {
      read: () => ({ key: 'hi', speak: async () => Uint8Array.of(++times) }),
      close: async () => undefined,
    };
    const speakers = { aws: speaker, google: speaker };
    const { speak } = createCachedTts({ speakers, cacheBytes: 1000, cacheSeconds: 100, now: () => now });
    const within = (cacheSeconds: number | undefined): TtsRequest => ({
      ...aws({ Text: 'hi' }),
      ...(cacheSeconds === undefined ? {} : { cacheSeconds }),
    });
    await speak(within(before));
    now = seconds * 1000;
    await speak(within(after));
    expect(times).toBe(spoken);
  });
});

it('runs no more at once than there are slots, in order, failures included', async () => {
  const slots = new Slots(2);
  const log: string[] = [];
  const releases: (() => void)[] = [];
  const work = (name: string) => () => {
    log.push(name);
    return new Promise<string>((resolve, reject) => {
      releases.push(() => (name === 'b' ? reject(new Error(name)) : resolve(name)));
    });
  };
  const all = Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => slots.run(work(name))));
  expect(log).toEqual(['a', 'b']);
  releases[1]?.();
  await expect.poll(() => log).toHaveLength(3);
  releases[0]?.();
  await expect.poll(() => log).toHaveLength(4);
  releases[2]?.();
  releases[3]?.();
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(log).toEqual(['a', 'b', 'c', 'd']);
});

describe('programs', () => {
  const node = (script: string) => ({ file: process.execPath, arguments: ['-e', script] });
  const limits = { timeoutMs: 300, maxBytes: 1000 };

  it('that are not there: says what to install', async () => {
    const { speak } = createEmbeddedTts({ program: 'no-such-espeak' });
    await expect(speak(aws({ Text: 'hi' }))).rejects.toThrow(/apt-get install espeak-ng/);
    await expect(speak(aws({ Text: 'hi' }))).rejects.toMatchObject({ code: 'TTS_UNAVAILABLE' });
  });

  it.each([
    ['hang', 'setInterval(() => {}, 1000)', 'TTS_TIMEOUT'],
    ['never stop talking', 'for (;;) require("fs").writeSync(1, "x".repeat(2000))', 'TTS_FAILED'],
    ['fail', 'console.error("no voice"); process.exit(3)', 'TTS_FAILED'],
  ])('that %s are ended', async (_, script, code) => {
    const generous = code === 'TTS_TIMEOUT' ? limits : { ...limits, timeoutMs: 10_000 };
    const error = await runProgram(node(script), 'text', generous).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TtsError);
    expect(error).toMatchObject({ code });
  });
});
