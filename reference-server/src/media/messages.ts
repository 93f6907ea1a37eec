/** What the main thread and the media threads tell each other. Prompts travel as shared memory, never copied. */
import type { MessagePort } from 'node:worker_threads';
import type { Brand, Digit, PlayJobId } from '../session/ids.ts';
import type { G711Name } from './core/g711.ts';
import type { PhraseFailure } from './core/player.ts';
import type { VoiceName } from './core/voice.ts';

/** One endpoint of one thread; never used again. */
export type EndpointId = Brand<number, 'EndpointId'>;
/** One recording of two endpoints; out of the same numbers, since both listen. */
export type RecorderId = Brand<number, 'RecorderId'>;

/** The far end as the SDP describes it. */
export interface RemoteStream {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  /** Host that the signalling of the far end comes from, when it is known. */
  readonly source?: string;
  readonly codec: VoiceName;
  readonly payloadType: number;
  /** Payload type of the events that we send. */
  readonly telephoneEvent?: number;
  /** Payload type of those that we receive: ours, where the far end answered with another. */
  readonly telephoneEventIn?: number;
  /** Payload type of comfort noise, where the far end wants it (RFC 3389). */
  readonly comfortNoise?: number;
  /** Milliseconds of audio in a packet that we send: 10, 20, … 60. */
  readonly ptime: number;
  /** The far end asked for packets of that time; one that did not takes others, too. */
  readonly paced?: true;
  /** What we do, after hold is taken into account. */
  readonly send: boolean;
  readonly receive: boolean;
}

/** Encoded audio at 8 kHz in shared memory. */
export interface SharedAudio {
  readonly octets: Uint8Array<SharedArrayBuffer>;
  readonly codec: G711Name;
}

/** Durations in samples at 8 kHz. */
export type PhraseMessage =
  | { readonly kind: 'audio'; readonly audio: SharedAudio }
  | { readonly kind: 'echo'; readonly samples: number }
  | { readonly kind: 'record'; readonly maxSamples: number; readonly silenceSamples: number }
  | { readonly kind: 'failed'; readonly failure: PhraseFailure };

/** Whoever hears an endpoint. */
export interface ListenerAddress {
  readonly thread: number;
  readonly to: EndpointId | RecorderId;
}

export type ToThread =
  | { readonly type: 'bind'; readonly endpoint: EndpointId; readonly port: number; readonly rtpTimeoutMs: number }
  | { readonly type: 'remote'; readonly endpoint: EndpointId; readonly remote: RemoteStream }
  | {
      readonly type: 'play';
      readonly endpoint: EndpointId;
      readonly job: PlayJobId;
      readonly count: number;
      readonly repeat: boolean;
    }
  | {
      readonly type: 'phrase';
      readonly endpoint: EndpointId;
      readonly job: PlayJobId;
      readonly index: number;
      readonly phrase: PhraseMessage;
    }
  | {
      readonly type: 'stop';
      readonly endpoint: EndpointId;
      readonly job: PlayJobId;
      readonly what: 'current' | 'all';
    }
  | {
      readonly type: 'background';
      readonly endpoint: EndpointId;
      readonly background?: { readonly audio: SharedAudio; readonly pause: number };
    }
  /** All that hear the endpoint from now on, on whatever thread they are. */
  | { readonly type: 'listeners'; readonly endpoint: EndpointId; readonly listeners: readonly ListenerAddress[] }
  /** All that the endpoint hears from now on; with `keys`, what they press too. */
  | {
      readonly type: 'hear';
      readonly endpoint: EndpointId;
      readonly legs: readonly EndpointId[];
      readonly keys: boolean;
    }
  /** The party that the endpoint hears pressed a key beside its stream. */
  | { readonly type: 'press'; readonly endpoint: EndpointId; readonly digit: Digit }
  | { readonly type: 'watch'; readonly endpoint: EndpointId; readonly rtpTimeoutMs: number }
  | {
      readonly type: 'record';
      readonly recorder: RecorderId;
      readonly left: EndpointId;
      readonly right: EndpointId;
    }
  | { readonly type: 'stopRecord'; readonly recorder: RecorderId }
  /** A direct line to another thread, for legs joined across threads. */
  | { readonly type: 'line'; readonly thread: number; readonly line: MessagePort }
  | { readonly type: 'unbind'; readonly endpoint: EndpointId }
  | { readonly type: 'quit' };

export type FromThread =
  | { readonly type: 'bound'; readonly endpoint: EndpointId }
  | { readonly type: 'bindFailed'; readonly endpoint: EndpointId; readonly code: string; readonly detail: string }
  | { readonly type: 'unbound'; readonly endpoint: EndpointId }
  | { readonly type: 'played'; readonly endpoint: EndpointId; readonly job: PlayJobId; readonly stopped: boolean }
  | {
      readonly type: 'playFailed';
      readonly endpoint: EndpointId;
      readonly job: PlayJobId;
      readonly phrase: number;
      readonly failure: PhraseFailure;
    }
  /** Comes before the `played` of its job. */
  | {
      readonly type: 'recorded';
      readonly endpoint: EndpointId;
      readonly job: PlayJobId;
      readonly phrase: number;
      readonly samples: Int16Array<ArrayBuffer>;
      /** False: the job was over before it was the turn of this phrase. */
      readonly begun: boolean;
    }
  | {
      readonly type: 'dtmf';
      readonly endpoint: EndpointId;
      readonly digit: Digit;
      readonly source: 'rfc4733' | 'inband';
    }
  | { readonly type: 'rtpTimeout'; readonly endpoint: EndpointId };

export interface RecordedSpan {
  readonly from: number;
  readonly to: number;
}

/** What becomes of a recording of two parties. */
export type FromRecorder =
  /** The next samples, left and right in turn. */
  | { readonly type: 'taken'; readonly recorder: RecorderId; readonly samples: Int16Array<ArrayBuffer> }
  /** After the last of them. */
  | {
      readonly type: 'recordOver';
      readonly recorder: RecorderId;
      /** Channels of which nothing came. */
      readonly silent: readonly ('left' | 'right')[];
      /** Its first and last moment, ms since 1970. */
      readonly span: RecordedSpan;
    };

/** One packet from a leg of another thread; the header is already read. */
export interface LineMessage {
  readonly to: EndpointId | RecorderId;
  readonly from: EndpointId;
  readonly kind: 'audio' | 'event' | 'noise';
  readonly codec: VoiceName;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

export interface ThreadData {
  readonly thread: number;
  readonly address: string;
  /** What relays packets that need no look: the compiled addon of that path, the lanes in TypeScript, nothing. */
  readonly relay: { readonly addon: string } | 'typescript' | 'none';
  /** One `Counter` each, written by this thread alone. */
  readonly counters: Float64Array<SharedArrayBuffer>;
}

/** Places in `ThreadData.counters`. */
export const Counter = {
  packetsSent: 0,
  packetsReceived: 1,
  packetsIgnored: 2,
  ticksSkipped: 3,
  packetsPassed: 4,
} as const;
export const COUNTERS = 5;
