/** What tests of the embedded engine stand on: an engine for each test, its events, and phones that call it. */
import { afterEach, beforeEach } from 'vitest';
import type { LegId, PlayJobId } from '../../session/ids.ts';
import type { MediaEvent } from '../../session/ports/media-event.ts';
import type { Phrase } from '../../session/ports/phrase.ts';
import { type PromptStore, StorageError } from '../../storage/prompt-store.ts';
import { type Tts, TtsError } from '../../tts/tts.ts';
import { tone } from '../core/tone.ts';
import { writeWav } from '../core/wav.ts';
import { createMediaEngine } from '../engine.ts';
import type { MediaEngine, MediaEngineOptions } from '../options.ts';
import { Phone } from './phone.ts';
import { Watch } from './until.ts';

/** Elsewhere each time, away from what other programs hold or still send to. */
const FROM = 20_000 + 2 * Math.floor(Math.random() * 4000);
/** A file of one tone. */
export const wav = (frequency: number, milliseconds = 200): Uint8Array =>
  writeWav([tone([frequency], milliseconds, { level: 0.4 })], 8000);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A store that has nothing and takes nothing. */
export const noPrompts: PromptStore = {
  stat: async (_, name) => {
    throw new StorageError(name === 'broken.wav' ? 'PROMPT_STORAGE_FAILED' : 'PROMPT_NOT_FOUND', name);
  },
  get: () => Promise.reject(new Error('not asked for')),
  read: () => Promise.reject(new Error('not asked for')),
  put: () => Promise.reject(new StorageError('PROMPT_STORAGE_FULL', 'disk full')),
  create: () => Promise.reject(new StorageError('PROMPT_STORAGE_FULL', 'disk full')),
  delete: () => Promise.reject(new Error('not asked for')),
};
/** Speaks a tone of 1700 Hz, except for the texts `wrong` and `down`. */
const tts: Tts = {
  speak: async ({ parameters: { Text: text } }) => {
    if (text === 'wrong') throw new TtsError('TTS_PARAMETERS', 'wrong text');
    if (text === 'down') throw new TtsError('TTS_UNAVAILABLE', 'no synthesiser');
    return { wav: wav(1700), key: String(text) };
  },
  close: async () => undefined,
};

export interface EngineStage {
  /** All events since the test began. */
  readonly events: MediaEvent[];
  /** Run when the test is over. */
  readonly closers: (() => Promise<unknown>)[];
  /** One a test: it is shut down behind it. */
  start(changes?: Partial<MediaEngineOptions>): MediaEngine;
  /** The first event of the type, of that leg when one is named; waits for it. */
  event<Type extends MediaEvent['type']>(type: Type, leg?: string): Promise<Extract<MediaEvent, { type: Type }>>;
  /** A leg and the phone at its far end. */
  call(media: MediaEngine, id?: string): Promise<{ leg: LegId; far: Phone }>;
  /** Plays, and waits for how that ends. */
  outcome(media: MediaEngine, leg: LegId, ...phrases: Phrase[]): Promise<MediaEvent>;
}

/** Declares what happens before and after each test of the file. */
export function engineStage(): EngineStage {
  const events: MediaEvent[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  let watch = new Watch();
  let engine: MediaEngine | undefined;
  let jobs = 0;

  beforeEach(() => {
    events.length = 0;
    watch = new Watch();
    jobs = 0;
  });
  afterEach(async () => {
    await engine?.shutdown();
    await Promise.all(closers.splice(0).map((close) => close()));
  });

  function start(changes: Partial<MediaEngineOptions> = {}): MediaEngine {
    engine = createMediaEngine({
      address: '127.0.0.1',
      portRange: { from: FROM, to: FROM + 3999 },
      workers: 1,
      prompts: noPrompts,
      tts,
      log: quiet,
      onEvent: (event) => {
        events.push(event);
        watch.changed();
      },
      ...changes,
    });
    return engine;
  }

  const event = <Type extends MediaEvent['type']>(type: Type, leg?: string) =>
    watch.until(
      () =>
        events.find(
          (each): each is Extract<MediaEvent, { type: Type }> =>
            each.type === type && (leg === undefined || ('leg' in each && each.leg === leg)),
        ),
      () => `${type} of ${leg ?? 'any leg'} among ${JSON.stringify(events)}`,
      8000,
    );

  async function call(media: MediaEngine, id = 'leg'): Promise<{ leg: LegId; far: Phone }> {
    const far = await Phone.open();
    closers.push(() => far.close());
    const leg = id as LegId;
    media.open(leg, { offer: far.sdp() });
    far.connect((await event('media.opened', leg)).sdp);
    return { leg, far };
  }

  async function outcome(media: MediaEngine, leg: LegId, ...phrases: Phrase[]): Promise<MediaEvent> {
    const id = `job-${++jobs}` as PlayJobId;
    media.play(leg, { id, domain: 'd', phrases });
    return watch.until(
      () =>
        events.find((each) => (each.type === 'media.played' || each.type === 'media.playFailed') && each.job === id),
      `the end of ${id}`,
    );
  }

  return { events, closers, start, event, call, outcome };
}
