/** Google Cloud Text-to-Speech by its SDK (text:synthesize), over HTTP: the phrase's parameters, the sound as telephony wants it. */
import { cloudFailure, within } from './cloud.ts';
import { type Fields, googleText } from './parameters.ts';
import type { Speaker, SpeakerLimits } from './speaker.ts';
import { TtsError } from './tts.ts';

export interface GoogleOptions extends SpeakerLimits {
  /** Key of a service account, JSON. */
  readonly keyFile: string;
  /** Another address than Google's, http or https. */
  readonly endpoint?: string;
}

const RATE = 8000;
/** INVALID_ARGUMENT and OUT_OF_RANGE of google.rpc.Code. */
const FAULTS_OF_A_PHRASE: readonly unknown[] = [3, 11, 'INVALID_ARGUMENT', 400];

/** Rejects with a sentence when the SDK is not installed. */
export async function createGoogle({ keyFile, endpoint, timeoutMs, maxBytes }: GoogleOptions): Promise<Speaker> {
  const { TextToSpeechClient } = await import('@google-cloud/text-to-speech').catch((error: unknown) => {
    const message = 'tts.google needs a package that is not installed: npm install @google-cloud/text-to-speech';
    throw new Error(message, { cause: error });
  });
  const client = new TextToSpeechClient({ fallback: true, keyFilename: keyFile, ...addressOf(endpoint) });

  async function speak(input: SynthesizeInput): Promise<Uint8Array> {
    return within('Google', timeoutMs, async () => {
      const [{ audioContent }] = await client.synthesizeSpeech(input, { timeout: timeoutMs });
      const wav = typeof audioContent === 'string' ? Buffer.from(audioContent, 'base64') : audioContent;
      if (wav === null || wav === undefined || wav.length === 0)
        throw new TtsError('TTS_FAILED', 'Google said nothing');
      if (wav.length > maxBytes) throw new TtsError('TTS_FAILED', `speech has more than ${maxBytes} bytes`);
      return Uint8Array.from(wav);
    }).catch((error: unknown) => {
      throw cloudFailure('Google', error, ({ code }) => FAULTS_OF_A_PHRASE.includes(code));
    });
  }

  return {
    read({ parameters }) {
      const input = readInput(parameters);
      return { key: `google ${JSON.stringify(input)}`, speak: () => speak(input) };
    },
    close: () => client.close(),
  };
}

function addressOf(endpoint: string | undefined) {
  if (endpoint === undefined) return {};
  const { protocol, hostname, port } = new URL(endpoint);
  const scheme = protocol.replace(':', '');
  return { apiEndpoint: hostname, protocol: scheme, port: Number(port) || (scheme === 'http' ? 80 : 443) };
}

type SynthesizeInput = ReturnType<typeof readInput>;

/** audioEncoding and sampleRateHertz say what a file should be like; here it is a call that is heard (D-SPEECH). */
function readInput(fields: Fields) {
  const { text, ssml, language, name, gender, rate, pitch, gain } = googleText(fields);
  return {
    input: ssml ? { ssml: text } : { text },
    voice: {
      languageCode: language,
      ...(name === undefined ? {} : { name }),
      ...(gender === undefined ? {} : { ssmlGender: gender }),
    },
    audioConfig: {
      audioEncoding: 'LINEAR16' as const,
      sampleRateHertz: RATE,
      speakingRate: rate,
      pitch,
      volumeGainDb: gain,
    },
  };
}
