import type { SipMessage, SipRequest, SipResponse } from '../message/index.ts';
import type { Output, Routing, TimerSettings, Transaction, TransactionId } from './types.ts';

export interface Received {
  id: TransactionId;
  outputs: Output[];
}

/** All transactions of an endpoint: matching (RFC 3261 17.1.3, 17.2.3) and one clock for their timers. Pure. */
export class TransactionTable {
  constructor(timers?: TimerSettings) {
    void timers;
  }
  /** A new client transaction; the request's topmost Via must have its branch. */
  request(_request: SipRequest, _reliable: boolean, _now: number): Received {
    throw new Error('not yet');
  }
  receive(_message: SipMessage, _reliable: boolean, _now: number): Routing {
    throw new Error('not yet');
  }
  /** A response of the transaction user. */
  respond(_id: TransactionId, _response: SipResponse, _now: number): Output[] {
    throw new Error('not yet');
  }
  transportError(_id: TransactionId, _now: number): Output[] {
    throw new Error('not yet');
  }
  get(_id: TransactionId): Transaction | undefined {
    throw new Error('not yet');
  }
  nextTimeout(): number | undefined {
    throw new Error('not yet');
  }
  /** Everything that is due at `now`. */
  handleTimeouts(_now: number): Received[] {
    throw new Error('not yet');
  }
  get size(): number {
    return 0;
  }
}
