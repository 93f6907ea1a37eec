/** Text to speech without a cloud: parameters of either provider, spoken by espeak-ng, kept as long as the phrase says. */
import { createHash } from 'node:crypto';
import { type Espeak, findEspeak } from './espeak.ts';
import { readParameters } from './parameters.ts';
import { Slots } from './slots.ts';
import type { Speech, Tts, TtsRequest } from './tts.ts';
import type { Utterance } from './utterance.ts';

export interface EmbeddedTtsOptions {
  /** Default `espeak-ng`, looked for in the PATH. */
  readonly program?: string;
  /** For one text. Default 10,000. */
  readonly timeoutMs?: number;
  /** Longest speech. Default 20 MiB, about 7 minutes. */
  readonly maxBytes?: number;
  /** Programs at once; further texts wait. Default 2. */
  readonly concurrency?: number;
  /** Default 32 MiB. */
  readonly cacheBytes?: number;
  /** Where the phrase names no time. Default a day. */
  readonly cacheSeconds?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

interface Kept {
  readonly speech: Speech;
  readonly until: number;
}

const MIB = 1 << 20;

export function createEmbeddedTts(options: EmbeddedTtsOptions = {}): Tts {
  const { program = 'espeak-ng', timeoutMs = 10_000, maxBytes = 20 * MIB, cacheBytes = 32 * MIB } = options;
  const { cacheSeconds = 86_400, now = () => performance.now() } = options;
  const limits = { timeoutMs, maxBytes };
  const slots = new Slots(options.concurrency ?? 2);
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<Speech>>();
  let bytes = 0;
  let espeak: Promise<Espeak> | undefined;

  async function synthesise(utterance: Utterance): Promise<Speech> {
    espeak ??= findEspeak(program, limits);
    const found = await espeak.catch((error: unknown) => {
      espeak = undefined; // It may be installed by the next time.
      throw error;
    });
    const wav = await slots.run(() => found.speak(utterance));
    return { wav, key: hash(wav) };
  }

  function keep(key: string, speech: Speech, seconds: number): void {
    drop(key);
    if (speech.wav.length > cacheBytes || seconds <= 0) return;
    kept.set(key, { speech, until: now() + seconds * 1000 });
    bytes += speech.wav.length;
    for (const oldest of kept.keys()) {
      if (bytes <= cacheBytes) return;
      drop(oldest);
    }
  }

  function drop(key: string): void {
    bytes -= kept.get(key)?.speech.wav.length ?? 0;
    kept.delete(key);
  }

  return {
    async speak(request: TtsRequest): Promise<Speech> {
      const utterance = readParameters(request);
      const key = hash(JSON.stringify(utterance));
      const found = kept.get(key);
      if (found !== undefined && request.refresh !== true && now() < found.until) return found.speech;
      const already = underWay.get(key);
      if (already !== undefined) return already;
      const work = synthesise(utterance);
      underWay.set(key, work);
      try {
        const speech = await work;
        keep(key, speech, request.cacheSeconds ?? cacheSeconds);
        return speech;
      } finally {
        underWay.delete(key);
      }
    },
    async close(): Promise<void> {
      kept.clear();
      bytes = 0;
      await Promise.allSettled(underWay.values());
    },
  };
}

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url');
}
