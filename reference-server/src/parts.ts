/** The pieces a server is put together from. `main.ts` wires them; a test replaces one. */
import { join } from 'node:path';
import type { Directory } from './cluster/directory.ts';
import { createRedisDirectory } from './cluster/redis-directory.ts';
import type { ClusterSettings, Config } from './config/types.ts';
import { createMediaEngine } from './media/engine.ts';
import { createFreeSwitchEngine, type FreeSwitchEngineOptions } from './media/freeswitch/create.ts';
import type { MediaEngine, MediaEngineOptions } from './media/options.ts';
import { createLog, type Log } from './observability/log.ts';
import type { ClockPort, LogPort } from './session/ports.ts';
import { createSignalling, type Signalling, type SignallingOptions } from './signalling/index.ts';
import { type SipEngine, type SipEngineOptions, startSipEngine } from './sip-engine/engine.ts';
import { ASIDE, createFilePromptStore } from './storage/file-prompt-store.ts';
import type { PromptStore } from './storage/prompt-store.ts';
import { createS3PromptStore } from './storage/s3-prompt-store.ts';
import { createTts } from './tts/create-tts.ts';
import type { Tts } from './tts/tts.ts';

export interface Parts {
  readonly log: (config: Config) => Log;
  readonly clock: ClockPort;
  readonly now: () => Date;
  readonly prompts: (config: Config, log: LogPort) => PromptStore | Promise<PromptStore>;
  readonly tts: (config: Config, log: LogPort) => Tts | Promise<Tts>;
  readonly media: (options: MediaEngineOptions) => MediaEngine | Promise<MediaEngine>;
  /** In place of `media`, where FreeSWITCHes are named. */
  readonly freeswitch: (options: FreeSwitchEngineOptions) => Promise<MediaEngine>;
  readonly engine: (options: SipEngineOptions) => Promise<SipEngine>;
  readonly signalling: (options: SignallingOptions) => Signalling;
  readonly directory: (settings: ClusterSettings, log: LogPort) => Directory;
}

const clock: ClockPort = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

export const productionParts: Parts = {
  log: (config) => createLog(config.log.level),
  clock,
  now: () => new Date(),
  prompts: ({ storage: { directory, maxFileBytes: maxBytes, s3 } }, log) =>
    s3 === undefined
      ? createFilePromptStore({ directory: join(directory, 'prompts'), maxBytes })
      : createS3PromptStore({
          ...{ ...s3, maxBytes, log },
          ...{ asideDirectory: join(directory, ASIDE), unsentDirectory: join(directory, 'unsent') },
        }),
  tts: (config) => createTts(config.tts),
  media: createMediaEngine,
  freeswitch: createFreeSwitchEngine,
  engine: startSipEngine,
  signalling: createSignalling,
  directory: ({ redis, deadSeconds, keepSeconds }, log) =>
    createRedisDirectory({
      ...redis,
      log,
      after: clock.after,
      // Within the time of one beat: who waits longer knows no more.
      timeoutMs: deadSeconds * 200,
      keepMs: keepSeconds * 1000,
    }),
};
