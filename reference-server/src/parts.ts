/** The pieces a server is put together from. `main.ts` wires them; a test replaces one. */
import type { Config } from './config/types.ts';
import type { MediaEngine, MediaEngineOptions } from './media/options.ts';
import { createLog, type Log } from './observability/log.ts';
import type { ClockPort, LogPort, SipEvent, SipPort } from './session/ports.ts';
import { type SipEngine, type SipEngineOptions, startSipEngine } from './sip-engine/engine.ts';
import type { PromptStore } from './storage/prompt-store.ts';
import type { Tts } from './tts/tts.ts';

export interface DrachtioAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

export interface SignallingOptions {
  readonly drachtio: readonly DrachtioAddress[];
  readonly dispatch: (event: SipEvent) => void;
  readonly log: LogPort;
}

export interface Signalling extends SipPort {
  /** Resolves when every drachtio is connected; rejects when one cannot be. */
  connect(): Promise<void>;
  close(): Promise<void>;
}

export interface Parts {
  readonly log: (config: Config) => Log;
  readonly clock: ClockPort;
  readonly now: () => Date;
  readonly prompts: (config: Config) => PromptStore;
  readonly tts: (config: Config, log: LogPort) => Tts;
  readonly media: (options: MediaEngineOptions) => MediaEngine | Promise<MediaEngine>;
  readonly engine: (options: SipEngineOptions) => Promise<SipEngine>;
  readonly signalling: (options: SignallingOptions) => Signalling;
}

const clock: ClockPort = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

const notThere = (part: string) => (): never => {
  throw new Error(`the ${part} is not built yet`);
};

export const productionParts: Parts = {
  log: (config) => createLog(config.log.level),
  clock,
  now: () => new Date(),
  prompts: notThere('prompt store'),
  tts: notThere('synthesiser'),
  media: notThere('media engine'),
  engine: startSipEngine,
  signalling: notThere('signalling'),
};
