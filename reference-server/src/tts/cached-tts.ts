/** Text to speech with a memory: what was spoken may be as old as each phrase says, and is spoken once for all who ask at once. */
import { createHash } from 'node:crypto';
import { ByteCache } from '../media/byte-cache.ts';
import type { Speaker, Utterable } from './speaker.ts';
import type { Speech, Tts, TtsRequest } from './tts.ts';

export interface CachedTtsOptions {
  /** Who speaks which format; one may speak both. */
  readonly speakers: Readonly<Record<TtsRequest['provider'], Speaker>>;
  /** Bytes of speech kept. */
  readonly cacheBytes: number;
  /** Where the phrase names no time. */
  readonly cacheSeconds: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

interface Kept {
  readonly speech: Speech;
  /** When it was spoken. */
  readonly spoken: number;
}

export function createCachedTts({ speakers, cacheBytes, cacheSeconds, now }: CachedTtsOptions): Tts {
  const kept = new ByteCache<Kept>(cacheBytes);
  const underWay = new Map<string, Promise<Speech>>();

  async function speak(utterance: Utterable): Promise<Speech> {
    const wav = await utterance.speak();
    return { wav, key: hash(wav) };
  }

  return {
    async speak(request: TtsRequest): Promise<Speech> {
      const utterance = speakers[request.provider].read(request);
      const key = hash(utterance.key);
      const seconds = request.cacheSeconds ?? cacheSeconds;
      const found = kept.get(key);
      const young = found !== undefined && now() - found.spoken < seconds * 1000;
      if (young && request.refresh !== true) return found.speech;
      const already = underWay.get(key);
      if (already !== undefined) return already;
      const work = speak(utterance);
      underWay.set(key, work);
      try {
        const speech = await work;
        if (seconds > 0) kept.set(key, { speech, spoken: now() }, speech.wav.length);
        else kept.delete(key);
        return speech;
      } finally {
        underWay.delete(key);
      }
    },
    async close(): Promise<void> {
      await Promise.allSettled(underWay.values());
      await Promise.all([...new Set(Object.values(speakers))].map((speaker) => speaker.close()));
    },
  };
}

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('base64url');
