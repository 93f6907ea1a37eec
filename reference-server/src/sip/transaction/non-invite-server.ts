import type { SipRequest, SipResponse } from '../message/index.ts';
import { Timers } from './timers.ts';
import type { Output, ServerState, ServerTransaction, TimerSettings, TransactionOptions } from './types.ts';

type NonInviteServerState = Exclude<ServerState, 'accepted' | 'confirmed'>;

/** Answers any request but INVITE and ACK. RFC 3261 17.2.2. */
export class NonInviteServerTransaction implements ServerTransaction {
  readonly side = 'server';
  /** Until the final response: what only absorbs holds as little as it can. */
  private request: SipRequest | undefined;
  state: NonInviteServerState = 'trying';
  /** The last response sent. */
  response: SipResponse | undefined;
  private readonly reliable: boolean;
  private readonly settings: TimerSettings;
  /** J absorbs repeated requests. */
  private readonly timers = new Timers<'J'>();

  constructor(options: TransactionOptions, _now: number) {
    this.request = options.request;
    this.reliable = options.reliable;
    this.settings = options.timers;
  }

  start(_now: number): Output[] {
    return this.request === undefined ? [] : [{ type: 'deliver', message: this.request }];
  }

  receive(_request: SipRequest, _now: number): Output[] {
    // 17.2.2: in Trying there is no response to repeat, in the other states the last one is.
    if (this.state === 'terminated' || this.response === undefined) return [];
    return [{ type: 'transmit', message: this.response }];
  }

  send(response: SipResponse, now: number): Output[] {
    // 17.2.2: after a final response all others are discarded.
    if (this.state === 'completed' || this.state === 'terminated') return [];
    this.response = response;
    const transmit: Output = { type: 'transmit', message: response };
    if (response.status < 200) {
      this.state = 'proceeding';
      return [transmit];
    }
    this.request = undefined;
    // 17.2.2: timer J is 64·T1 over unreliable transports and 0 over reliable ones.
    if (this.reliable) return [transmit, ...this.end()];
    this.state = 'completed';
    this.timers.start('J', now + 64 * this.settings.t1);
    return [transmit];
  }

  /** RFC 6026 8.8, instead of RFC 3261 17.2.4: the user is told and the state stays. */
  transportError(_now: number): Output[] {
    return this.state === 'terminated' ? [] : [{ type: 'transport-error' }];
  }

  nextTimeout(): number | undefined {
    return this.timers.next();
  }

  handleTimeout(now: number): Output[] {
    return this.timers.fired('J', now) ? this.end() : [];
  }

  private end(): Output[] {
    this.state = 'terminated';
    return [{ type: 'terminated' }];
  }
}
