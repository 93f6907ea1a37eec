/** Makes of a phrase what a thread can play (D-PHRASE). Failures become phrases too: what stands before them is heard. */

import type { Json } from '../session/json.ts';
import type { BackgroundPrompt, Phrase, Tone } from '../session/ports/phrase.ts';
import { type PromptStore, StorageError } from '../storage/prompt-store.ts';
import { type Tts, TtsError } from '../tts/tts.ts';
import { cadence } from './core/cadence.ts';
import { encodeG711, type G711Name, g711 } from './core/g711.ts';
import type { PhraseFailure } from './core/player.ts';
import type { Downloader } from './download.ts';
import { DownloadError } from './fetch-prompt.ts';
import type { PhraseMessage, SharedAudio } from './messages.ts';
import type { Preparer } from './preparer.ts';

export interface PhraseSources {
  readonly prompts: PromptStore;
  readonly tts: Tts;
  readonly downloader: Downloader;
  readonly preparer: Preparer;
  readonly promptBytes: number;
}

const RATE = 8000;
/** Echo and recording without a `duration`, and the longest one that is taken, seconds. */
const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 600;

export async function loadPhrase(
  sources: PhraseSources,
  domain: string,
  phrase: Phrase,
  codec: G711Name,
): Promise<PhraseMessage> {
  try {
    return await load(sources, domain, phrase, codec);
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

/** Rejects as the sources do; `failureOf` tells what that means. */
export function loadBackground(
  sources: PhraseSources,
  background: BackgroundPrompt,
  codec: G711Name,
): Promise<SharedAudio> {
  const { domain, source } = background;
  if ('fileName' in source) return loadFile(sources, domain, source.fileName, codec);
  return loadUrl(sources, source.url, undefined, false, codec);
}

function load(sources: PhraseSources, domain: string, phrase: Phrase, codec: G711Name): Promise<PhraseMessage> {
  const audio = (loaded: Promise<SharedAudio>): Promise<PhraseMessage> =>
    loaded.then((result) => ({ kind: 'audio', audio: result }));
  switch (phrase.kind) {
    case 'file':
      return audio(loadFile(sources, domain, phrase.fileName, codec));
    case 'url':
      return audio(loadUrl(sources, phrase.url, phrase.cacheSeconds, phrase.refresh, codec));
    case 'tts':
      return audio(loadSpeech(sources, phrase, codec));
    case 'echo':
      return Promise.resolve({ kind: 'echo', samples: samples(phrase.parameters, 'maxDuration', DEFAULT_SECONDS) });
    case 'record':
      return Promise.resolve(record(phrase));
    case 'tone':
      return Promise.resolve({ kind: 'audio', audio: toneAudio(phrase.tone, codec) });
    default:
      return phrase satisfies never;
  }
}

async function loadFile(
  { prompts, preparer, promptBytes }: PhraseSources,
  domain: string,
  fileName: string,
  codec: G711Name,
): Promise<SharedAudio> {
  const { etag, size } = await prompts.stat(domain, fileName);
  if (size > promptBytes) {
    throw new StorageError('PROMPT_TOO_LARGE', `${fileName} has ${size} bytes; at most ${promptBytes} are played`);
  }
  const key = `file ${domain} ${fileName} ${etag}`;
  return preparer.prepare(key, codec, async () => (await prompts.get(domain, fileName)).bytes);
}

async function loadUrl(
  { downloader, preparer }: PhraseSources,
  url: string,
  cacheSeconds: number | undefined,
  refresh: boolean,
  codec: G711Name,
): Promise<SharedAudio> {
  const { key, bytes } = await downloader.get(url, cacheSeconds, refresh);
  return preparer.prepare(`url ${key}`, codec, async () => bytes);
}

async function loadSpeech(
  { tts, preparer }: PhraseSources,
  phrase: Phrase & { kind: 'tts' },
  codec: G711Name,
): Promise<SharedAudio> {
  const { provider, parameters, cacheSeconds, refresh } = phrase;
  const speech = await tts.speak({
    provider,
    parameters,
    refresh,
    ...(cacheSeconds === undefined ? {} : { cacheSeconds }),
  });
  return preparer.prepare(`tts ${speech.key}`, codec, async () => speech.wav);
}

/** The few tones of a domain are made once. */
const tonesMade = new Map<string, SharedAudio>();
const MAX_TONES = 100;

function toneAudio(tone: Tone, codec: G711Name): SharedAudio {
  const key = JSON.stringify([codec, tone.frequencies, tone.cadence]);
  const known = tonesMade.get(key);
  if (known !== undefined) return known;
  const samples = cadence(tone);
  const octets = new Uint8Array(new SharedArrayBuffer(samples.length));
  encodeG711(g711(codec), samples, octets);
  if (tonesMade.size >= MAX_TONES) tonesMade.clear();
  const audio = { octets, codec };
  tonesMade.set(key, audio);
  return audio;
}

/** `maxDuration` and `silenceEnd`, seconds: the longest recording, and the silence after speech that ends it. */
function record({ fileName, parameters }: Phrase & { kind: 'record' }): PhraseMessage {
  if (!/\.(wav|mp3)$/i.test(fileName)) {
    const detail = `recording into ${fileName} is not available: .wav and .mp3 files are recorded`;
    return { kind: 'failed', failure: { reason: 'mediaServerError', detail } };
  }
  return {
    kind: 'record',
    maxSamples: samples(parameters, 'maxDuration', DEFAULT_SECONDS),
    silenceSamples: samples(parameters, 'silenceEnd', 0),
  };
}

class ParameterError extends Error {
  readonly code = 'PHRASE_PARAMETERS';
}

/** A parameter in seconds as samples; 0 counts as absent (D-RECPHRASE). */
function samples(parameters: Readonly<Record<string, Json>>, name: string, otherwise: number): number {
  const given = parameters[name];
  const value = given === undefined || given === 0 ? otherwise : given;
  if (typeof value !== 'number' || !(value >= 0) || value > MAX_SECONDS) {
    throw new ParameterError(`${name} must be a number of seconds from 0 to ${MAX_SECONDS}`);
  }
  return Math.round(value * RATE);
}

/** What the session is told. Faults of the phrase are phraseError, of this server mediaServerError. */
export function failureOf(error: unknown): PhraseFailure {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof DownloadError && error.code === 'DOWNLOAD_TIMEOUT') {
    return { reason: 'phraseRemoteCacheTimeout', detail };
  }
  const ours =
    (error instanceof TtsError && error.code !== 'TTS_PARAMETERS') ||
    (error instanceof StorageError && error.code === 'PROMPT_STORAGE_FAILED');
  return { reason: ours ? 'mediaServerError' : 'phraseError', detail };
}
