/** Text to speech without a cloud: parameters of either provider, spoken by espeak-ng. */
import { createCachedTts } from './cached-tts.ts';
import { type Espeak, findEspeak } from './espeak.ts';
import { readParameters } from './parameters.ts';
import { Slots } from './slots.ts';
import type { Speaker, SpeakerLimits } from './speaker.ts';
import type { Tts } from './tts.ts';
import type { Utterance } from './utterance.ts';

export interface EmbeddedSpeakerOptions extends Partial<SpeakerLimits> {
  /** Default `espeak-ng`, looked for in the PATH. */
  readonly program?: string;
  /** Programs at once; further texts wait. Default 2. */
  readonly concurrency?: number;
}

export interface EmbeddedTtsOptions extends EmbeddedSpeakerOptions {
  /** Default 32 MiB. */
  readonly cacheBytes?: number;
  /** Where the phrase names no time. Default a day. */
  readonly cacheSeconds?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

const MIB = 1 << 20;

/** A text has 10 s and 20 MiB, about 7 minutes, where nothing else is given. */
export function createEmbeddedSpeaker(options: EmbeddedSpeakerOptions = {}): Speaker {
  const { program = 'espeak-ng', timeoutMs = 10_000, maxBytes = 20 * MIB } = options;
  const slots = new Slots(options.concurrency ?? 2);
  const underWay = new Set<Promise<unknown>>();
  let espeak: Promise<Espeak> | undefined;

  async function synthesise(utterance: Utterance): Promise<Uint8Array> {
    espeak ??= findEspeak(program, { timeoutMs, maxBytes });
    const found = await espeak.catch((error: unknown) => {
      espeak = undefined; // It may be installed by the next time.
      throw error;
    });
    return slots.run(() => found.speak(utterance));
  }

  return {
    read(request) {
      const utterance = readParameters(request);
      return {
        key: `embedded ${JSON.stringify(utterance)}`,
        speak() {
          const work = synthesise(utterance).finally(() => underWay.delete(work));
          underWay.add(work);
          return work;
        },
      };
    },
    async close() {
      await Promise.allSettled(underWay);
    },
  };
}

export function createEmbeddedTts(options: EmbeddedTtsOptions = {}): Tts {
  const speaker = createEmbeddedSpeaker(options);
  const { cacheBytes = 32 * MIB, cacheSeconds = 86_400, now = () => performance.now() } = options;
  return createCachedTts({ speakers: { aws: speaker, google: speaker }, cacheBytes, cacheSeconds, now });
}
