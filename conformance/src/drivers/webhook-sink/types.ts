/** The callbacks of the API document by the last part of their path; `alarm` is whatever comes to the alarm URL. */
export type CallbackName =
  | 'callNotify'
  | 'callAnswered'
  | 'newCall'
  | 'getCallIdentifier'
  | 'sessionCompleted'
  | 'callEvent'
  | 'newRemoteCall'
  | 'getIvrCommand'
  | 'recordingReady'
  | 'alarm';

/** A callback as it came. */
export interface Callback {
  readonly name: CallbackName;
  /** Arrival on the run's clock, ms. */
  readonly at: number;
  /** When the answer had been written; absent while it is open. */
  answeredAt?: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
  /** Parsed body; an empty object if it is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Arrived on a connection that had carried a callback before. */
  readonly reused: boolean;
  readonly sessionId?: string;
}

/** An answer that is not simply JSON with 200. */
export interface RawAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly raw?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly contentType?: string;
  readonly delayMs?: number;
  /** The connection is reset without an answer. */
  readonly reset?: boolean;
  /** No answer ever; the connection stays open. */
  readonly hang?: boolean;
  /** The answer breaks the specification on purpose. */
  readonly expectInvalid?: boolean;
}

/** `json(x)` is `{ json: x }`: a plain object given to `on` is the JSON body itself. */
export type Answer = { readonly answer: RawAnswer } | Readonly<Record<string, unknown>>;
export type Answering = Answer | ((callback: Callback, nth: number) => Answer | Promise<Answer>);

/** The customer application's side of one scenario. */
export interface CallbackExpectation {
  /** Answers every callback of this name. A list: one after the other, the last one for all that follow. */
  on(name: CallbackName, answer: Answering | readonly Answering[]): CallbackExpectation;
  /** The next callback of this name that `next` has not yet returned; rejects after `within` ms with what came instead. */
  next(name: CallbackName, options?: { readonly within?: number }): Promise<Callback>;
  /** All so far, in order of arrival; of one name if given. */
  all(name?: CallbackName): readonly Callback[];
  /** Names in order of arrival. */
  sequence(): readonly CallbackName[];
  /** Session ids that belong to this scenario. */
  sessions(): readonly string[];
  /** Resolves when no callback has come for so long. */
  quiet(quietMs: number): Promise<void>;
  /** Binds another key to this expectation. */
  claim(key: ClaimKey): void;
  release(): void;
}

/** What tells whose a callback is. */
export type ClaimKey =
  | { readonly number: string }
  | { readonly reference: unknown }
  | { readonly session: string }
  | { readonly user: string }
  | { readonly alarmDomain: string };

export interface WebhookSink {
  /** Base URL of the sink itself; the target calls the checking tap in front of it. */
  readonly url: string;
  claim(key: ClaimKey): CallbackExpectation;
  /** Callbacks that belong to nobody. */
  unclaimed(): readonly Callback[];
  close(): Promise<void>;
}
