import type { SipResponse } from '../message/index.ts';
import { Timers } from './timers.ts';
import type { TimerSettings } from './types.ts';

export type RetransmitterOutput =
  | { type: 'transmit'; message: SipResponse }
  /** 64·T1 passed without an acknowledgement. */
  | { type: 'timeout' };

/** Repeats one response until it is acknowledged. Shared by 2xx and reliable provisional responses. */
export class Retransmitter {
  readonly response: SipResponse;
  private readonly timers = new Timers<'repeat' | 'give-up'>();
  private interval: number;
  private readonly longest: number;

  /** The response itself has just been sent at `now`; intervals double up to `longest` milliseconds. */
  constructor(response: SipResponse, settings: TimerSettings, longest: number, now: number) {
    this.response = response;
    this.interval = settings.t1;
    this.longest = longest;
    this.timers.start('repeat', now + this.interval);
    this.timers.start('give-up', now + 64 * settings.t1);
  }

  /** The ACK or PRACK came, or the response is void: nothing more is sent. */
  stop(): void {
    this.timers.stop('repeat', 'give-up');
  }

  nextTimeout(): number | undefined {
    return this.timers.next();
  }

  handleTimeout(now: number): RetransmitterOutput[] {
    if (this.timers.fired('give-up', now)) {
      this.stop();
      return [{ type: 'timeout' }];
    }
    if (!this.timers.fired('repeat', now)) return [];
    this.interval = Math.min(this.interval * 2, this.longest);
    this.timers.start('repeat', now + this.interval);
    return [{ type: 'transmit', message: this.response }];
  }
}

/**
 * Repeats the 2xx to an INVITE until its ACK comes, over every transport: T1 doubling up to T2. On `timeout` the dialog is
 * confirmed, but the call should be ended with BYE. RFC 3261 13.3.1.4.
 */
export function twoXxRetransmitter(response: SipResponse, settings: TimerSettings, now: number): Retransmitter {
  return new Retransmitter(response, settings, settings.t2, now);
}

/**
 * Repeats a reliable provisional response until its PRACK comes: T1 doubling without limit. On `timeout` the INVITE should
 * be refused with a 5xx. RFC 3262 3.
 */
export function reliableProvisionalRetransmitter(
  response: SipResponse,
  settings: TimerSettings,
  now: number,
): Retransmitter {
  return new Retransmitter(response, settings, Number.POSITIVE_INFINITY, now);
}
