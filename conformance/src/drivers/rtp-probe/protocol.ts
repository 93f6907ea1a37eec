/** What host and thread say to each other. Every request has one answer, perhaps much later. */
import type { Captured } from './capture.ts';
import type { ImpairmentOptions } from './impairment.ts';
import type {
  Codec,
  DigitOptions,
  EventRecord,
  PacketRecord,
  ProbeStats,
  ReceivedAudio,
  ReportRecord,
  SentRecord,
  ToneSegment,
} from './types.ts';

export type Command =
  | { readonly type: 'open'; readonly host: string; readonly codec: Codec; readonly eventType: number }
  | { readonly type: 'sendTo'; readonly probe: number; readonly host: string; readonly port: number }
  | About<'stats' | 'packets' | 'audio' | 'events' | 'reports' | 'sent' | 'captured' | 'close'>
  | { readonly type: 'waitForPackets'; readonly probe: number; readonly count: number; readonly timeoutMs: number }
  | {
      readonly type: 'waitForTone';
      readonly probe: number;
      readonly frequency: number;
      readonly minMs: number;
      readonly timeoutMs: number;
      readonly from: number;
    }
  | { readonly type: 'waitForSilence'; readonly probe: number; readonly quietMs: number; readonly timeoutMs: number }
  | { readonly type: 'speak'; readonly probe: number; readonly codec: Codec }
  | { readonly type: 'sendPcm'; readonly probe: number; readonly pcm: Int16Array }
  | { readonly type: 'sendPause'; readonly probe: number; readonly noiseDb: number; readonly durationMs: number }
  | { readonly type: 'sendDigits'; readonly probe: number; readonly digits: string; readonly options: DigitOptions }
  | { readonly type: 'keepSending'; readonly probe: number; readonly on: boolean }
  | { readonly type: 'impair'; readonly probe: number; readonly options: ImpairmentOptions | undefined };

/** A command that needs nothing but its probe. */
type About<T> = T extends string ? { readonly type: T; readonly probe: number } : never;

export interface Request {
  readonly id: number;
  readonly command: Command;
}

/** What a command gives; commands that are not named give nothing. */
export interface Results {
  readonly open: { readonly probe: number; readonly port: number };
  readonly stats: ProbeStats;
  readonly packets: readonly PacketRecord[];
  readonly audio: ReceivedAudio;
  readonly events: readonly EventRecord[];
  readonly captured: Captured;
  readonly reports: readonly ReportRecord[];
  readonly sent: readonly SentRecord[];
  readonly waitForTone: ToneSegment;
}

export type Response =
  | { readonly id: number; readonly result: unknown }
  /** `ranOutMs`: it was waited so long in vain; `bearsMs`: see RanOut. */
  | { readonly id: number; readonly error: string; readonly ranOutMs?: number; readonly bearsMs?: number };

/** Told unasked: the thread was late, when it came (ms since 1970) and by how much, ms. */
export interface HeldUp {
  readonly held: { readonly at: number; readonly ms: number };
}
