/** Amazon Polly by its SDK (SynthesizeSpeech): the phrase's parameters as they are, the sound as telephony wants it. */
import type { Readable } from 'node:stream';
import type { PollyClient, SynthesizeSpeechCommandInput, SynthesizeSpeechCommandOutput } from '@aws-sdk/client-polly';
import { wavHeader } from '../media/core/wav.ts';
import { cloudFailure, within } from './cloud.ts';
import {
  DEFAULT_LANGUAGE,
  type Fields,
  languageOf,
  oneOf,
  optional,
  required,
  textLimits,
  wrong,
} from './parameters.ts';
import { pollyVoiceFor } from './polly-voices.ts';
import type { Speaker, SpeakerLimits } from './speaker.ts';
import { TtsError } from './tts.ts';

export interface PollyOptions extends SpeakerLimits {
  readonly region: string;
  readonly endpoint?: string;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
}

const RATE = '8000';
const ENGINES = ['standard', 'neural', 'long-form', 'generative'] as const;
/** What Polly answers when a phrase is wrong, and not the service or its credentials. */
const FAULTS_OF_A_PHRASE =
  /^(InvalidSsml|TextLengthExceeded|Validation|InvalidSampleRate|LexiconNotFound|LanguageNotSupported|EngineNotSupported|SsmlMarksNotSupported|MarksNotSupported)/;

/** Rejects with a sentence when the SDK is not installed. */
export async function createPolly(options: PollyOptions): Promise<Speaker> {
  const [sdk, { NodeHttpHandler }] = await Promise.all([
    import('@aws-sdk/client-polly'),
    import('@smithy/node-http-handler'),
  ]).catch((error: unknown) => {
    const packages = '@aws-sdk/client-polly @smithy/node-http-handler';
    throw new Error(`tts.polly needs packages that are not installed: npm install ${packages}`, { cause: error });
  });
  const { region, endpoint, accessKeyId, accessKeySecret: secretAccessKey, timeoutMs, maxBytes } = options;
  const client: PollyClient = new sdk.PollyClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
    maxAttempts: 2,
    requestHandler: new NodeHttpHandler({ connectionTimeout: timeoutMs }),
  });

  async function speak(input: SynthesizeSpeechCommandInput): Promise<Uint8Array> {
    return within('Amazon Polly', timeoutMs, async (abortSignal) => {
      const output: SynthesizeSpeechCommandOutput = await client.send(new sdk.SynthesizeSpeechCommand(input), {
        abortSignal,
      });
      // In Node the SDK gives a stream of Node.
      const pcm = await read(output.AudioStream as Readable | undefined, maxBytes);
      return Buffer.concat([wavHeader(1, Number(RATE), pcm.length), pcm]);
    }).catch((error: unknown) => {
      throw cloudFailure('Amazon Polly', error, ({ name = '' }) => FAULTS_OF_A_PHRASE.test(name));
    });
  }

  return {
    read({ parameters }) {
      const input = readInput(parameters);
      return { key: `polly ${JSON.stringify(input)}`, speak: () => speak(input) };
    },
    async close() {
      client.destroy();
    },
  };
}

/** OutputFormat, SampleRate and SpeechMarkTypes say what a file should be like; here it is a call that is heard (D-SPEECH). */
function readInput(fields: Fields): SynthesizeSpeechCommandInput {
  const ssml = oneOf(fields, 'TextType', ['text', 'ssml']) === 'ssml';
  const text = textLimits(required(fields, 'Text'), ssml);
  const language = languageOf(fields, 'LanguageCode');
  const voice = optional(fields, 'VoiceId') ?? pollyVoiceFor(language ?? DEFAULT_LANGUAGE);
  if (voice === undefined) throw wrong('LanguageCode', `${language} needs a VoiceId: no voice of it is known`);
  const engine = oneOf(fields, 'Engine', ENGINES);
  const lexicons = fields.LexiconNames ?? [];
  if (!Array.isArray(lexicons) || !lexicons.every((each) => typeof each === 'string')) {
    throw wrong('LexiconNames', 'must be a list of names');
  }
  return {
    Text: text,
    TextType: ssml ? 'ssml' : 'text',
    // What there is beyond the voices that the SDK knows, Polly knows best.
    VoiceId: voice as NonNullable<SynthesizeSpeechCommandInput['VoiceId']>,
    OutputFormat: 'pcm',
    SampleRate: RATE,
    ...(language === undefined
      ? {}
      : { LanguageCode: language as NonNullable<SynthesizeSpeechCommandInput['LanguageCode']> }),
    ...(engine === undefined ? {} : { Engine: engine }),
    ...(lexicons.length === 0 ? {} : { LexiconNames: lexicons }),
  };
}

async function read(stream: Readable | undefined, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new TtsError('TTS_FAILED', `speech has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) throw new TtsError('TTS_FAILED', 'Amazon Polly said nothing');
  return Buffer.concat(chunks);
}
