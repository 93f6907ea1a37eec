import type { SipRequest, SipResponse } from '../message/index.ts';
import { ackForFailure } from './ack.ts';
import { Timers } from './timers.ts';
import type { ClientState, ClientTransaction, Output, TimerSettings, TransactionOptions } from './types.ts';

type InviteClientState = Exclude<ClientState, 'trying'>;

/** Sends an INVITE. RFC 3261 17.1.1 with the Accepted state of RFC 6026 7.2. */
export class InviteClientTransaction implements ClientTransaction {
  readonly side = 'client';
  /** Until the final response: what only absorbs holds as little as it can. */
  private request: SipRequest | undefined;
  state: InviteClientState = 'calling';
  private readonly reliable: boolean;
  private readonly settings: TimerSettings;
  /** A retransmission, B no answer, D absorbs failures, M absorbs 2xx. */
  private readonly timers = new Timers<'A' | 'B' | 'D' | 'M'>();
  private interval: number;
  private ack: SipRequest | undefined;

  constructor(options: TransactionOptions, _now: number) {
    this.request = options.request;
    this.reliable = options.reliable;
    this.settings = options.timers;
    this.interval = options.timers.t1;
  }

  start(now: number): Output[] {
    // 17.1.1.2: timer A only over unreliable transports, timer B always.
    if (!this.reliable) this.timers.start('A', now + this.interval);
    this.timers.start('B', now + 64 * this.settings.t1);
    return this.transmit();
  }

  receive(response: SipResponse, now: number): Output[] {
    switch (this.state) {
      case 'calling':
      case 'proceeding':
        return this.receiveFirst(response, now);
      case 'accepted':
        // RFC 6026 7.2: every further 2xx, repeated or of another branch, goes to the user; nothing else does.
        return response.status >= 200 && response.status < 300 ? [{ type: 'deliver', message: response }] : [];
      case 'completed':
        // 17.1.1.2: a repeated final response is acknowledged again and not passed on.
        return response.status >= 300 && this.ack !== undefined ? [{ type: 'transmit', message: this.ack }] : [];
      case 'terminated':
        return [];
      default:
        return this.state satisfies never;
    }
  }

  private receiveFirst(response: SipResponse, now: number): Output[] {
    const deliver: Output = { type: 'deliver', message: response };
    // 17.1.1.2: any response ends retransmission, and the wait for one.
    this.timers.stop('A', 'B');
    if (response.status < 200) {
      this.state = 'proceeding';
      return [deliver];
    }
    if (response.status < 300) {
      // RFC 6026 8.4: the ACK is the user's, the transaction stays for more 2xx.
      this.state = 'accepted';
      this.request = undefined;
      this.timers.start('M', now + 64 * this.settings.t1);
      return [deliver];
    }
    // 17.1.1.2, 17.1.1.3: 300–699 is acknowledged here.
    this.ack = this.request === undefined ? undefined : ackForFailure(this.request, response);
    this.request = undefined;
    const outputs: Output[] = this.ack === undefined ? [deliver] : [deliver, { type: 'transmit', message: this.ack }];
    if (this.reliable) return [...outputs, ...this.end()];
    this.state = 'completed';
    this.timers.start('D', now + (this.settings.d ?? 32_000));
    return outputs;
  }

  /** 17.1.4: the user is told, then it is over. In Accepted nothing is sent, so nothing can fail. */
  transportError(_now: number): Output[] {
    if (this.state === 'terminated' || this.state === 'accepted') return [];
    return [{ type: 'transport-error' }, ...this.end()];
  }

  nextTimeout(): number | undefined {
    return this.timers.next();
  }

  handleTimeout(now: number): Output[] {
    // 17.1.1.2: timer B in Calling means 408 to the user.
    if (this.timers.fired('B', now)) return [{ type: 'timeout' }, ...this.end()];
    // 17.1.1.2 timer D, RFC 6026 7.2 timer M.
    if (this.timers.fired('D', now) || this.timers.fired('M', now)) return this.end();
    if (this.timers.fired('A', now)) {
      // 17.1.1.2: T1, 2·T1, 4·T1, … without an upper limit.
      this.interval *= 2;
      this.timers.start('A', now + this.interval);
      return this.transmit();
    }
    return [];
  }

  private transmit(): Output[] {
    return this.request === undefined ? [] : [{ type: 'transmit', message: this.request }];
  }

  private end(): Output[] {
    this.state = 'terminated';
    this.timers.stop('A', 'B', 'D', 'M');
    return [{ type: 'terminated' }];
  }
}
