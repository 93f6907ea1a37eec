/** One who speaks: a synthesiser on this machine or a service in the cloud. */
import type { TtsRequest } from './tts.ts';

export interface Utterable {
  /** Equal for what would be spoken alike. */
  readonly key: string;
  /** A whole WAV file. Rejects with a TtsError. */
  speak(): Promise<Uint8Array>;
}

export interface Speaker {
  /** @throws {TtsError} TTS_PARAMETERS */
  read(request: TtsRequest): Utterable;
  close(): Promise<void>;
}

/** Limits of one text. */
export interface SpeakerLimits {
  readonly timeoutMs: number;
  /** Of the speech. */
  readonly maxBytes: number;
}
