/** Text to speech as the settings want it: each format by its cloud where one is configured, else by the embedded synthesiser. */
import type { TtsSettings } from '../config/types.ts';
import { createCachedTts } from './cached-tts.ts';
import { createEmbeddedSpeaker } from './embedded-tts.ts';
import { createGoogle } from './google.ts';
import { createPolly } from './polly.ts';
import type { Tts } from './tts.ts';

/** Of one speech: 20 MiB are 20 minutes. */
const MAX_BYTES = 20 << 20;

/** Rejects with a sentence when a cloud is configured whose SDK is not installed. */
export async function createTts(settings: TtsSettings): Promise<Tts> {
  const { polly, google, cacheBytes, cacheSeconds } = settings;
  const limits = { timeoutMs: settings.timeoutSeconds * 1000, maxBytes: MAX_BYTES };
  const embedded = createEmbeddedSpeaker(limits);
  const speakers = {
    aws: polly === undefined ? embedded : await createPolly({ ...polly, ...limits }),
    google: google === undefined ? embedded : await createGoogle({ ...google, ...limits }),
  };
  return createCachedTts({ speakers, cacheBytes, cacheSeconds, now: () => performance.now() });
}
