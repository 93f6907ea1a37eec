import { responseTo, type SipRequest, type SipResponse } from '../message/index.ts';
import { Timers } from './timers.ts';
import type { Output, ServerState, ServerTransaction, TimerSettings, TransactionOptions } from './types.ts';

type InviteServerState = Exclude<ServerState, 'trying'>;

/** How long the user may be silent before a 100 is sent for it, in milliseconds. RFC 3261 17.2.1. */
const tryingAfter = 200;

/** Answers an INVITE. RFC 3261 17.2.1 with the Accepted state of RFC 6026 7.1. */
export class InviteServerTransaction implements ServerTransaction {
  readonly side = 'server';
  /** Until the final response: what only absorbs holds as little as it can. */
  private request: SipRequest | undefined;
  state: InviteServerState = 'proceeding';
  /** The last response sent, as long as it may be repeated here. */
  response: SipResponse | undefined;
  private readonly reliable: boolean;
  private readonly settings: TimerSettings;
  /** G retransmission, H no ACK, I absorbs ACKs, L absorbs INVITEs after a 2xx; `trying` is the 200 ms before a 100. */
  private readonly timers = new Timers<'trying' | 'G' | 'H' | 'I' | 'L'>();
  private interval: number;

  constructor(options: TransactionOptions, _now: number) {
    this.request = options.request;
    this.reliable = options.reliable;
    this.settings = options.timers;
    this.interval = options.timers.t1;
  }

  start(now: number): Output[] {
    this.timers.start('trying', now + tryingAfter);
    return this.request === undefined ? [] : [{ type: 'deliver', message: this.request }];
  }

  receive(request: SipRequest, now: number): Output[] {
    return request.method === 'ACK' ? this.receiveAck(request, now) : this.receiveAgain();
  }

  /** The INVITE came again. */
  private receiveAgain(): Output[] {
    switch (this.state) {
      case 'proceeding':
      case 'completed':
        // 17.2.1: the most recent response goes out again; before the first there is none.
        return this.response === undefined ? [] : [{ type: 'transmit', message: this.response }];
      case 'accepted':
      // RFC 6026 7.1: absorbed; it is the user who repeats the 2xx.
      case 'confirmed':
      case 'terminated':
        return [];
      default:
        return this.state satisfies never;
    }
  }

  private receiveAck(ack: SipRequest, now: number): Output[] {
    switch (this.state) {
      case 'completed':
        // 17.2.1: the ACK ends retransmission; timer I absorbs more of them, for 0 ms over reliable transports.
        this.timers.stop('G', 'H');
        if (this.reliable) return this.end();
        this.state = 'confirmed';
        this.timers.start('I', now + this.settings.t4);
        return [];
      case 'accepted':
        // RFC 6026 7.1: the ACK of a 2xx that has the same branch belongs to the user.
        return [{ type: 'deliver', message: ack }];
      case 'proceeding':
      case 'confirmed':
      case 'terminated':
        return [];
      default:
        return this.state satisfies never;
    }
  }

  send(response: SipResponse, now: number): Output[] {
    const transmit: Output = { type: 'transmit', message: response };
    const success = response.status >= 200 && response.status < 300;
    // RFC 6026 7.1: in Accepted a 2xx passes, everything else is refused, as in every later state.
    if (this.state === 'accepted') return success ? [transmit] : [];
    if (this.state !== 'proceeding') return [];
    this.timers.stop('trying');
    this.response = response;
    if (response.status < 200) return [transmit];
    this.request = undefined;
    if (success) {
      this.state = 'accepted';
      this.response = undefined;
      this.timers.start('L', now + 64 * this.settings.t1);
      return [transmit];
    }
    // 17.2.1: timer G only over unreliable transports, timer H over all.
    this.state = 'completed';
    if (!this.reliable) this.timers.start('G', now + this.interval);
    this.timers.start('H', now + 64 * this.settings.t1);
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
    if (this.timers.fired('trying', now) && this.request !== undefined) {
      this.response = responseTo(this.request, 100);
      return [{ type: 'transmit', message: this.response }];
    }
    // 17.2.1: timer H without an ACK is a failure that the user hears of.
    if (this.timers.fired('H', now)) return [{ type: 'timeout' }, ...this.end()];
    // 17.2.1 timer I, RFC 6026 7.1 timer L.
    if (this.timers.fired('I', now) || this.timers.fired('L', now)) return this.end();
    if (this.timers.fired('G', now) && this.response !== undefined) {
      this.interval = Math.min(this.interval * 2, this.settings.t2);
      this.timers.start('G', now + this.interval);
      return [{ type: 'transmit', message: this.response }];
    }
    return [];
  }

  private end(): Output[] {
    this.state = 'terminated';
    this.timers.stop('trying', 'G', 'H', 'I', 'L');
    return [{ type: 'terminated' }];
  }
}
