/** What is played to a leg. */

import type { PlayJobId, RecordingId } from '../ids.ts';
import type { Json } from '../json.ts';

/** One round of a tone: sums of sines, on and off. */
export interface Tone {
  /** Hz, each at the same level; one that stands here twice sounds twice as strong, 6 dB. */
  readonly frequencies: readonly number[];
  /** Milliseconds of tone, silence, tone, silence, … */
  readonly cadence: readonly number[];
}

/** One phrase of getIvrCommand, checked (D-PHRASE). */
export type Phrase =
  | { readonly kind: 'file'; readonly fileName: string }
  | { readonly kind: 'url'; readonly url: string; readonly cacheSeconds?: number; readonly refresh: boolean }
  | {
      readonly kind: 'tts';
      readonly provider: 'aws' | 'google';
      /** As Amazon Polly's SynthesizeSpeech or Google's text:synthesize take them. */
      readonly parameters: Readonly<Record<string, Json>>;
      readonly cacheSeconds?: number;
      readonly refresh: boolean;
    }
  | {
      readonly kind: 'record';
      readonly fileName: string;
      readonly parameters: Readonly<Record<string, Json>>;
      /**
       * Asks for a `media.recorded` of this name (D-REC): once, before the job is over, or after the leg was closed.
       * `silent` names both channels when nothing was heard. Without `bytes`, `silent` and `failure` the phrase had not begun.
       */
      readonly recording?: RecordingId;
    }
  | { readonly kind: 'echo'; readonly parameters: Readonly<Record<string, Json>> }
  /** One round of a tone; a job that repeats makes a ringing tone of it (D-RING). No answer of an application has it. */
  | { readonly kind: 'tone'; readonly tone: Tone };

export interface PlayJob {
  readonly id: PlayJobId;
  readonly domain: string;
  readonly phrases: readonly Phrase[];
  /** After the last phrase the first one again, without a gap, until `stop` with `all` or a failure. Default false. */
  readonly repeat?: boolean;
}

export interface BackgroundPrompt {
  readonly domain: string;
  readonly source: { readonly fileName: string } | { readonly url: string };
  /** Seconds of silence between two rounds (D-BG). */
  readonly repeatPause: number;
}
