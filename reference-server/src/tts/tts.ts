/** Text to speech as the rest of the server sees it. */
import type { Json } from '../session/json.ts';

export interface TtsRequest {
  readonly provider: 'aws' | 'google';
  /** As Amazon Polly's SynthesizeSpeech or Google's text:synthesize take them. */
  readonly parameters: Readonly<Record<string, Json>>;
  /** How long the result may be used again; the adapter's default without. */
  readonly cacheSeconds?: number;
  /** Speak anew even when a kept result is still good. */
  readonly refresh?: boolean;
}

export interface Speech {
  /** A whole WAV file. */
  readonly wav: Uint8Array;
  /** Equal for equal audio: the key of what is derived from it. */
  readonly key: string;
}

/** Every failure is a {@link TtsError}. */
export interface Tts {
  speak(request: TtsRequest): Promise<Speech>;
  close(): Promise<void>;
}

type TtsErrorCode =
  /** The parameters are wrong; the message says which and why. */
  | 'TTS_PARAMETERS'
  /** No synthesiser is installed. */
  | 'TTS_UNAVAILABLE'
  | 'TTS_TIMEOUT'
  | 'TTS_FAILED';

export class TtsError extends Error {
  readonly code: TtsErrorCode;

  constructor(code: TtsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TtsError';
    this.code = code;
  }
}
