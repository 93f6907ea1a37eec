/**
 * The evidence of one scenario: everything that crossed a wire, and everything the scenario expected, on one clock.
 * Pure: the clock is handed in.
 */

/** What an entry is about. `sip`, `rest`, `callback` and `rtp` crossed a wire; the others are the suite speaking. */
type TimelineKind = 'sip' | 'rest' | 'callback' | 'rtp' | 'note' | 'expect' | 'violation';

/** A lane of the ladder. SIP legs are named by the scenario (`caller`, `callee`, …), the rest is fixed. */
export type Lane = 'target' | 'client' | 'application' | 'suite' | (string & {});

/** Who broke the schema: the implementation under test, the scenario acting as the customer application, or the suite. */
export type Culprit = 'target' | 'application' | 'harness';

/** One disagreement between an HTTP exchange and the OpenAPI document. */
export interface Violation {
  readonly culprit: Culprit;
  /** `request` or `response`. */
  readonly where: 'request' | 'response';
  /** JSON pointer into the message: `/body/sessionId`, `/headers/content-type`, `/status`. */
  readonly pointer: string;
  readonly message: string;
  /** Set when a scenario broke the rule on purpose; such a violation fails nobody. */
  readonly intended: boolean;
}

/** A SIP message as SIPp logged it. */
export interface SipDetail {
  readonly type: 'sip';
  readonly leg: string;
  readonly callId: string;
  /** Of a request; of a response the method of its CSeq. */
  readonly method: string;
  /** Absent in a request. */
  readonly status?: number;
  readonly reason?: string;
  readonly raw: string;
}

/** One HTTP exchange, whole. Bodies are text, as they were sent; larger ones are cut and say so. */
export interface HttpDetail {
  readonly type: 'http';
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
  /** 0 when no answer was given (connection reset, time-out, still open). */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
  /** From request to answer. */
  readonly ms: number;
  readonly violations: readonly Violation[];
}

/** A stretch of RTP in one direction, or something remarkable inside it. */
interface RtpDetail {
  readonly type: 'rtp';
  readonly leg: string;
  readonly direction: 'sent' | 'received';
  /** Numbers worth showing: packets, lost, jitterMs, … */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** An expectation and what came. `actual` and `expected` are ready to be shown. */
export interface ExpectDetail {
  readonly type: 'expect';
  readonly requirement: string;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
  /** `should`: a miss is a warning, not a failure. */
  readonly level: 'must' | 'should';
}

/** Free text, with data if it helps. */
interface NoteDetail {
  readonly type: 'note';
  readonly data?: unknown;
}

/** A violation that an exchange showed, told again where the reader looks for failures. */
interface ViolationDetail {
  readonly type: 'violation';
  readonly operation: string;
  readonly violation: Violation;
}

type TimelineDetail = SipDetail | HttpDetail | RtpDetail | ExpectDetail | NoteDetail | ViolationDetail;

/** One line of the ladder. Serialisable as JSON. */
export interface TimelineEntry {
  /** Milliseconds since the run's epoch on the monotonic clock; fractions count. */
  readonly at: number;
  /** Order of recording; breaks ties of `at`. */
  readonly seq: number;
  readonly kind: TimelineKind;
  readonly from: Lane;
  readonly to: Lane;
  /** One line: `INVITE`, `200 OK (INVITE)`, `newCall → ivr`, `POST placeivrcall → 200`. */
  readonly summary: string;
  readonly detail: TimelineDetail;
}

/** One monotonic clock for a run. `epoch` is the wall-clock time (ms since 1970) of `now() === 0`. */
export interface RunClock {
  readonly epoch: number;
  /** Milliseconds since the epoch of the run, monotonic, with fractions. */
  now(): number;
}

/** Where drivers write. `at` defaults to now; drivers that learn late (SIPp's log) give the time it happened. */
export type NewEntry = Omit<TimelineEntry, 'seq' | 'at'> & { readonly at?: number };
export interface Recorder {
  record(entry: NewEntry): void;
}
