import type { SipRequest, SipResponse } from '../message/index.ts';
import { Timers } from './timers.ts';
import type { ClientState, ClientTransaction, Output, TimerSettings, TransactionOptions } from './types.ts';

type NonInviteClientState = Exclude<ClientState, 'calling' | 'accepted'>;

/** Sends any request but INVITE and ACK. RFC 3261 17.1.2. */
export class NonInviteClientTransaction implements ClientTransaction {
  readonly side = 'client';
  /** Until the final response: what only absorbs holds as little as it can. */
  private request: SipRequest | undefined;
  state: NonInviteClientState = 'trying';
  private readonly reliable: boolean;
  private readonly settings: TimerSettings;
  /** E retransmission, F no final response, K absorbs repeated responses. */
  private readonly timers = new Timers<'E' | 'F' | 'K'>();
  private interval: number;

  constructor(options: TransactionOptions, _now: number) {
    this.request = options.request;
    this.reliable = options.reliable;
    this.settings = options.timers;
    this.interval = options.timers.t1;
  }

  start(now: number): Output[] {
    // 17.1.2.2: timer F always, timer E only over unreliable transports.
    this.timers.start('F', now + 64 * this.settings.t1);
    if (!this.reliable) this.timers.start('E', now + this.interval);
    return this.transmit();
  }

  receive(response: SipResponse, now: number): Output[] {
    // 17.1.2.2 Completed: repeated responses are absorbed.
    if (this.state === 'completed' || this.state === 'terminated') return [];
    const deliver: Output = { type: 'deliver', message: response };
    if (response.status < 200) {
      // 17.1.2.2: a provisional response does not stop retransmission; from the next one on it is every T2.
      this.state = 'proceeding';
      return [deliver];
    }
    this.timers.stop('E', 'F');
    // 17.1.2.2: timer K is T4 over unreliable transports and 0 over reliable ones.
    if (this.reliable) return [deliver, ...this.end()];
    this.state = 'completed';
    this.request = undefined;
    this.timers.start('K', now + this.settings.t4);
    return [deliver];
  }

  /** 17.1.4. In Completed nothing is sent, so nothing can fail. */
  transportError(_now: number): Output[] {
    if (this.state === 'completed' || this.state === 'terminated') return [];
    return [{ type: 'transport-error' }, ...this.end()];
  }

  nextTimeout(): number | undefined {
    return this.timers.next();
  }

  handleTimeout(now: number): Output[] {
    if (this.timers.fired('F', now)) return [{ type: 'timeout' }, ...this.end()];
    if (this.timers.fired('K', now)) return this.end();
    if (this.timers.fired('E', now)) {
      // 17.1.2.2: doubled up to T2 in Trying, T2 in Proceeding.
      const { t2 } = this.settings;
      this.interval = this.state === 'proceeding' ? t2 : Math.min(this.interval * 2, t2);
      this.timers.start('E', now + this.interval);
      return this.transmit();
    }
    return [];
  }

  private transmit(): Output[] {
    return this.request === undefined ? [] : [{ type: 'transmit', message: this.request }];
  }

  private end(): Output[] {
    this.state = 'terminated';
    this.timers.stop('E', 'F', 'K');
    return [{ type: 'terminated' }];
  }
}
