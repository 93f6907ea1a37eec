import type { SipMessage, SipRequest, SipResponse } from '../message/index.ts';

/** Milliseconds. RFC 3261 17.1.1.1, 17.1.2.2; the other timers follow from these. */
export interface TimerSettings {
  /** Estimate of the round trip, 500. */
  t1: number;
  /** Longest interval between retransmissions, 4000. */
  t2: number;
  /** How long a message may stay in the network, 5000. */
  t4: number;
  /** Timer D: how long an INVITE client absorbs final responses over UDP, 32000 unless given. RFC 3261 17.1.1.2. */
  d?: number;
}

export const defaultTimers: TimerSettings = { t1: 500, t2: 4000, t4: 5000 };

/** What a transaction asks for. Outputs are carried out in their order. */
export type Output =
  /** Send over the network (a response goes where its Via says). */
  | { type: 'transmit'; message: SipMessage }
  /** Give to the transaction user. */
  | { type: 'deliver'; message: SipMessage }
  /** No final response (client, timer B or F) or no ACK (INVITE server, timer H) came in time. */
  | { type: 'timeout' }
  | { type: 'transport-error' }
  /** The transaction is over: forget it. Always the last output. */
  | { type: 'terminated' };

export interface TransactionOptions {
  request: SipRequest;
  /** True for TCP and TLS: nothing is retransmitted and the absorbing states last 0 ms. */
  reliable: boolean;
  timers: TimerSettings;
}

export type ClientState = 'calling' | 'trying' | 'proceeding' | 'accepted' | 'completed' | 'terminated';
export type ServerState = 'trying' | 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

interface Machine {
  /** First step: a client transmits its request, a server delivers the request that made it. */
  start(now: number): Output[];
  /** The transport could not send what the transaction asked for. */
  transportError(now: number): Output[];
  /** When `handleTimeout` is due, on the clock that `now` is read from; undefined: nothing is pending. */
  nextTimeout(): number | undefined;
  /** Runs every timer that is due at `now`; calling early does nothing. */
  handleTimeout(now: number): Output[];
}

/** RFC 3261 17.1. */
export interface ClientTransaction extends Machine {
  readonly side: 'client';
  readonly state: ClientState;
  receive(response: SipResponse, now: number): Output[];
}

/** RFC 3261 17.2. */
export interface ServerTransaction extends Machine {
  readonly side: 'server';
  readonly state: ServerState;
  /** A retransmission of the request, or the ACK of an INVITE. */
  receive(request: SipRequest, now: number): Output[];
  /** A response of the transaction user. */
  send(response: SipResponse, now: number): Output[];
}

export type Transaction = ClientTransaction | ServerTransaction;

declare const transactionId: unique symbol;
/** Key of a transaction in its table. */
export type TransactionId = string & { readonly [transactionId]: true };

/** Where a received message belongs. */
export type Routing =
  /** It belongs to a transaction that exists. */
  | { type: 'existing'; id: TransactionId; outputs: Output[] }
  /** A request that made a new server transaction. `cancels`: the INVITE that a CANCEL speaks of (RFC 3261 9.2). */
  | { type: 'new'; id: TransactionId; request: SipRequest; outputs: Output[]; cancels?: TransactionId }
  /**
   * The same request as that of `original`, by another path: a transaction was made; answer it with 482, or `admit` it when
   * `original` only passed through here (RFC 3261 8.2.2.2, 16.3).
   */
  | { type: 'merged'; id: TransactionId; request: SipRequest; outputs: Output[]; original: TransactionId }
  /** ACK of a 2xx whose transaction has ended: for the dialog (RFC 3261 17.1.1.3). */
  | { type: 'ack'; request: SipRequest }
  /** Response of no transaction: a late 2xx, for the dialog, or to be dropped (RFC 6026 7.1, 8.9). */
  | { type: 'stray'; response: SipResponse }
  /** Without what matching needs (Via with branch or the RFC 2543 fields, CSeq). */
  | { type: 'unmatchable'; message: SipMessage };
