import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TtsSettings } from '../config/types.ts';
import { powerAt } from '../media/core/tone.ts';
import { readWav } from '../media/core/wav.ts';
import type { Json } from '../session/json.ts';
import { type FakeSpeech, googleFault, pollyFault, startFakeSpeech } from '../testing/fake-speech.ts';
import { createTts } from './create-tts.ts';
import type { Tts, TtsRequest } from './tts.ts';

let directory: string;
let keyFile: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clouds-'));
  keyFile = join(directory, 'key.json');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(
    keyFile,
    JSON.stringify({
      type: 'service_account',
      project_id: 'test',
      private_key_id: '1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'speaker@test.example',
      client_id: '1',
    }),
  );
});
afterAll(() => rm(directory, { recursive: true }));

let cloud: FakeSpeech;
let tts: Tts | undefined;
beforeEach(async () => {
  cloud = await startFakeSpeech();
});
afterEach(async () => {
  await tts?.close();
  tts = undefined;
  await cloud.close();
});

async function start(changes: Partial<TtsSettings> = {}, endpoint = cloud.endpoint): Promise<Tts> {
  tts = await createTts({
    ...{ timeoutSeconds: 5, cacheBytes: 1 << 20, cacheSeconds: 60 },
    polly: { region: 'eu-north-1', endpoint, accessKeyId: 'AKIATEST', accessKeySecret: 'secret' },
    google: { keyFile, endpoint },
    ...changes,
  });
  return tts;
}

const aws = (parameters: Record<string, Json>, more: Partial<TtsRequest> = {}): TtsRequest => ({
  provider: 'aws',
  parameters,
  ...more,
});
const google = (parameters: Record<string, Json>, more: Partial<TtsRequest> = {}): TtsRequest => ({
  provider: 'google',
  parameters,
  ...more,
});
const hi = { aws: aws({ Text: 'hi' }), google: google({ input: { text: 'hi' } }) };

function heard(wav: Uint8Array, frequency: number): { milliseconds: number; amplitude: number } {
  const { samples, sampleRate } = readWav(wav);
  return { milliseconds: (samples.length * 1000) / sampleRate, amplitude: Math.sqrt(powerAt(samples, frequency)) };
}

describe('Amazon Polly', () => {
  it('speaks, with a signature of the credentials', async () => {
    const { wav } = await (await start()).speak(hi.aws);
    const { milliseconds, amplitude } = heard(wav, 700);
    expect(milliseconds).toBe(500);
    expect(amplitude / 32_768).toBeCloseTo(0.3, 2);
    expect(cloud.asked).toHaveLength(1);
    expect(cloud.asked[0]).toMatchObject({
      path: 'POST /v1/speech',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-north-1\/polly\/aws4_request/,
      ),
    });
  });

  it.each<[string, Record<string, Json>, Record<string, unknown>]>([
    ['text alone', { Text: 'hi' }, { Text: 'hi', TextType: 'text', VoiceId: expect.stringMatching(/^[A-Z][a-z]+$/) }],
    ['a voice that only Polly knows', { Text: 'hi', VoiceId: 'Nova' }, { VoiceId: 'Nova' }],
    ['a language without a voice', { Text: 'hi', LanguageCode: 'sv-SE' }, { LanguageCode: 'sv-SE', VoiceId: 'Astrid' }],
    [
      'a language that is spoken elsewhere',
      { Text: 'hi', LanguageCode: 'nl-SR' },
      { VoiceId: expect.stringMatching(/Lisa|Lotte|Laura/) },
    ],
    ['SSML', { Text: '<speak>hi</speak>', TextType: 'ssml' }, { Text: '<speak>hi</speak>', TextType: 'ssml' }],
    [
      'engine and lexicons',
      { Text: 'hi', Engine: 'neural', LexiconNames: ['names'] },
      { Engine: 'neural', LexiconNames: ['names'] },
    ],
    [
      'what makes a file',
      { Text: 'hi', OutputFormat: 'mp3', SampleRate: '22050' },
      { OutputFormat: 'pcm', SampleRate: '8000' },
    ],
  ])('is told %s', async (_, parameters, body) => {
    await (await start()).speak(aws(parameters));
    expect(cloud.asked[0]?.body).toMatchObject(body);
  });

  it.each<[string, Record<string, Json>, string]>([
    ['no Text', {}, 'Text is missing'],
    [
      'a language of nobody',
      { Text: 'hi', LanguageCode: 'xx' },
      'LanguageCode xx needs a VoiceId: no voice of it is known',
    ],
    [
      'an unknown engine',
      { Text: 'hi', Engine: 'steam' },
      'Engine must be one of standard, neural, long-form, generative',
    ],
    ['broken SSML', { Text: '<speak>', TextType: 'ssml' }, 'the SSML leaves speak open'],
    ['lexicons that are none', { Text: 'hi', LexiconNames: 'names' }, 'LexiconNames must be a list of names'],
  ])('is not asked with %s', async (_, parameters, message) => {
    await expect((await start()).speak(aws(parameters))).rejects.toMatchObject({ code: 'TTS_PARAMETERS', message });
    expect(cloud.asked).toEqual([]);
  });

  it.each<[string, number, string, string, RegExp]>([
    [
      'SSML that it does not like',
      400,
      'InvalidSsmlException',
      'TTS_PARAMETERS',
      /refuses the text: InvalidSsmlException: no/,
    ],
    ['a voice of nobody', 400, 'ValidationException', 'TTS_PARAMETERS', /refuses the text/],
    [
      'wrong credentials',
      403,
      'UnrecognizedClientException',
      'TTS_FAILED',
      /Amazon Polly could not speak: UnrecognizedClientException: no/,
    ],
    ['a service that is down', 503, 'ServiceFailureException', 'TTS_FAILED', /could not speak/],
  ])('tells of %s', async (_, status, type, code, message) => {
    cloud.fault = pollyFault(status, type, 'no');
    await expect((await start()).speak(hi.aws)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('tells that it said nothing', async () => {
    cloud.fault = (response) => response.writeHead(200, { 'content-type': 'audio/pcm' }).end();
    await expect((await start()).speak(hi.aws)).rejects.toMatchObject({
      code: 'TTS_FAILED',
      message: 'Amazon Polly said nothing',
    });
  });
});

describe('Google Cloud Text-to-Speech', () => {
  it('speaks, with a token that the service account has signed', async () => {
    const { wav } = await (await start()).speak(hi.google);
    const { milliseconds, amplitude } = heard(wav, 900);
    expect(milliseconds).toBe(500);
    expect(amplitude / 32_768).toBeCloseTo(0.3, 2);
    expect(cloud.asked).toHaveLength(1);
    const [{ authorization = '', path = '' } = {}] = cloud.asked;
    expect(path).toBe('POST /v1/text:synthesize');
    const claims = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ iss: 'speaker@test.example' });
  });

  it.each<[string, Record<string, Json>, Record<string, unknown>]>([
    ['text alone', { input: { text: 'hi' } }, { input: { text: 'hi' }, voice: { languageCode: 'en-US' } }],
    ['SSML', { input: { ssml: '<speak>hi</speak>' } }, { input: { ssml: '<speak>hi</speak>' } }],
    [
      'a voice and its language',
      { input: { text: 'hi' }, voice: { name: 'fi-FI-Wavenet-A' } },
      { voice: { name: 'fi-FI-Wavenet-A', languageCode: 'fi-FI' } },
    ],
    [
      'rate, pitch and gain',
      { input: { text: 'hi' }, audioConfig: { speakingRate: 1.5, pitch: -4, volumeGainDb: 3 } },
      { audioConfig: { speakingRate: 1.5, pitch: -4, volumeGainDb: 3 } },
    ],
  ])('is told %s', async (_, parameters, body) => {
    await (await start()).speak(google(parameters));
    expect(cloud.asked[0]?.body).toMatchObject(body);
  });

  it('is told the gender, and wants PCM of 8 kHz whatever file was asked for', async () => {
    const audioConfig = { audioEncoding: 'MP3', sampleRateHertz: 24_000 };
    await (await start()).speak(google({ input: { text: 'hi' }, voice: { ssmlGender: 'FEMALE' }, audioConfig }));
    // Over HTTP the SDK sends enumerations by number: LINEAR16 is 1, FEMALE 2.
    expect(cloud.asked[0]?.body).toMatchObject({
      voice: { ssmlGender: expect.toSatisfy((value) => value === 2 || value === 'FEMALE') },
      audioConfig: {
        audioEncoding: expect.toSatisfy((value) => value === 1 || value === 'LINEAR16'),
        sampleRateHertz: 8000,
      },
    });
  });

  it.each<[string, number, string, string, RegExp]>([
    ['a text that it does not like', 400, 'INVALID_ARGUMENT', 'TTS_PARAMETERS', /Google refuses the text: .*no/],
    ['wrong credentials', 403, 'PERMISSION_DENIED', 'TTS_FAILED', /Google could not speak: .*no/],
    ['a service that is down', 500, 'INTERNAL', 'TTS_FAILED', /Google could not speak/],
  ])('tells of %s', async (_, status, name, code, message) => {
    cloud.fault = googleFault(status, name, 'no');
    await expect((await start()).speak(hi.google)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe.each(['aws', 'google'] as const)('both clouds: %s', (provider) => {
  it('speak a text once for all who ask at once, and again when that is asked for', async () => {
    const one = await start();
    const request = hi[provider];
    const [first, second] = await Promise.all([one.speak(request), one.speak(request)]);
    expect(await one.speak(request)).toBe(first);
    expect(second).toBe(first);
    expect(cloud.asked).toHaveLength(1);
    expect((await one.speak({ ...request, refresh: true })).key).toBe(first.key);
    await one.speak({ ...request, refresh: true, cacheSeconds: 0 });
    await one.speak(request);
    expect(cloud.asked).toHaveLength(4);
  });

  it('are waited for only so long', async () => {
    cloud.fault = () => undefined;
    const one = await start({ timeoutSeconds: 0.3 });
    const late = { code: 'TTS_TIMEOUT', message: expect.stringMatching(/took longer than 300 ms/) };
    await expect(one.speak(hi[provider])).rejects.toMatchObject(late);
  });

  it('may not be there', async () => {
    const one = await start({ timeoutSeconds: 3 }, 'http://127.0.0.1:1');
    const code = expect.toSatisfy((each) => each === 'TTS_FAILED' || each === 'TTS_TIMEOUT');
    await expect(one.speak(hi[provider])).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^(Amazon Polly|Google) /),
    });
  });
});
