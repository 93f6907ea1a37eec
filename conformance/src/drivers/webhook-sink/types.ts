import type { CallbackName } from '@mediaservice/spec';
import type { Ending, Exchange } from '../prism-proxy/types.ts';

export type { CallbackName } from '@mediaservice/spec';

/** A callback as it came. */
export interface Callback {
  readonly name: CallbackName;
  /** Arrival on the run's clock, ms. */
  readonly at: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
  /** Parsed body; an empty object if it is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Arrived on a connection that had carried a callback before. */
  readonly reused: boolean;
  /** As the body tells it. */
  readonly sessionId?: string;
  /** Resolves when the answer has been written, or the connection has ended without one. */
  readonly answered: Promise<void>;
}

/** An answer that is not simply JSON with 200. */
export interface RawAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; text in UTF-8. */
  readonly raw?: string | Uint8Array;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Default application/json; without any body none. */
  readonly contentType?: string;
  readonly delayMs?: number;
  /** The connection is reset without an answer. */
  readonly reset?: boolean;
  /** No answer ever; the connection stays open. */
  readonly hang?: boolean;
  /** The body does not arrive whole. */
  readonly ending?: Ending;
  /** Whether the answer breaks the specification on purpose. Default: true for whatever is not JSON with 200. */
  readonly expectInvalid?: boolean;
}

/** The JSON body of the answer itself, or `{ answer: … }` for anything else. */
export type Answer = { readonly answer: RawAnswer } | Readonly<Record<string, unknown>>;
/** `nth` counts the callbacks of this name of this scenario from 0. */
export type Answering = Answer | ((callback: Callback, nth: number) => Answer | Promise<Answer>);

/** The customer application's side of one scenario. */
export interface CallbackExpectation {
  /** Answers every callback of this name. A list: one after the other, the last one for all that follow. */
  on(name: CallbackName, answer: Answering | readonly Answering[]): CallbackExpectation;
  /**
   * The next callback of this name that `next` has not yet returned.
   * @throws after `within` ms (default: the sink's step limit), saying what came instead.
   */
  next(name: CallbackName, options?: { readonly within?: number }): Promise<Callback>;
  /** What has come so far is not waited for any more: `next` gives what comes from now on. */
  skip(): void;
  /** All so far, in order of arrival; of one name if given. */
  all(name?: CallbackName): readonly Callback[];
  /** Names in order of arrival. */
  sequence(): readonly CallbackName[];
  /** Session ids that belong to this scenario. */
  sessions(): readonly string[];
  /** Resolves when no callback has come for so long. */
  quiet(quietMs: number): Promise<void>;
  /** Binds another key to this expectation. */
  claim(key: ClaimKey): CallbackExpectation;
  /** Gives up its keys: what comes now belongs to nobody. */
  release(): void;
}

/** What tells whose a callback is. */
export type ClaimKey =
  /** Called number, or user part of a destination. */
  | { readonly number: string }
  /** A sessionReferenceId, any JSON value. */
  | { readonly reference: unknown }
  | { readonly session: string }
  /** User part of a party, as callNotify and callAnswered tell it. */
  | { readonly user: string }
  /** Alarms of this domain that name no session, or one that nobody knows. */
  | { readonly alarmDomain: string };

export interface WebhookSink {
  /** Origin of the sink itself; the target calls the checking tap in front of it. */
  readonly url: string;
  /** An expectation; `heard` is told each exchange of it with what the tap found. */
  expectation(heard?: (exchange: Exchange, callback: Callback) => void): CallbackExpectation;
  /** What still comes for this one, which has been released, is told to nobody: its scenario ended before its sessions did. */
  giveUp(expectation: CallbackExpectation): void;
  /** Callbacks that belong to nobody. */
  unclaimed(): readonly Callback[];
  /** The tap's report on an exchange that it has handed on. */
  report(exchange: Exchange): 'claimed' | 'unclaimed';
  close(): Promise<void>;
}
