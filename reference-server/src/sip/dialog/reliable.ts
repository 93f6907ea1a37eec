import { parseRAck, type SipRequest, type SipResponse } from '../message/index.ts';
import {
  type Retransmitter,
  type RetransmitterOutput,
  reliableProvisionalRetransmitter,
  type TimerSettings,
} from '../transaction/index.ts';

/** Whether the other side takes reliable provisional responses, and whether it insists on them. RFC 3262 3. */
export function supports100rel(request: SipRequest): 'no' | 'supported' | 'required' {
  const names = (header: string) => request.headers.getList(header).some((tag) => tag.toLowerCase() === '100rel');
  if (names('Require')) return 'required';
  return names('Supported') ? 'supported' : 'no';
}

/** UAS: numbers the reliable provisional responses to one INVITE and repeats each until its PRACK came. RFC 3262 3. */
export class ReliableProvisionals {
  private readonly cseq: number;
  private readonly timers: TimerSettings;
  private nextRSeq: number;
  private waiting: { rseq: number; retransmitter: Retransmitter } | undefined;

  /** `firstRSeq`: from 1 to 2^31 - 1, chosen at random by the caller. `cseq` is that of the INVITE. */
  constructor(options: { cseq: number; firstRSeq: number; timers: TimerSettings }) {
    this.cseq = options.cseq;
    this.timers = options.timers;
    this.nextRSeq = options.firstRSeq;
  }

  /** A response waits for its PRACK: the next one, and a 2xx, may not be sent before that. */
  get open(): boolean {
    return this.waiting !== undefined;
  }

  /** A response from 101 to 199 that is sent now: it gets RSeq and Require. None may be open. */
  begin(response: SipResponse, now: number): void {
    const { headers } = response;
    headers.set('RSeq', String(this.nextRSeq));
    if (!headers.getList('Require').includes('100rel')) headers.append('Require', '100rel');
    const retransmitter = reliableProvisionalRetransmitter(response, this.timers, now);
    this.waiting = { rseq: this.nextRSeq, retransmitter };
    this.nextRSeq++;
  }

  /** A PRACK came: false when it acknowledges nothing that is open, which is answered with 481. */
  prack(request: SipRequest): boolean {
    const rack = parseRAck(request.headers.get('RAck') ?? '');
    if (this.waiting === undefined || rack?.rseq !== this.waiting.rseq) return false;
    if (rack.cseq !== this.cseq || rack.method !== 'INVITE') return false;
    this.waiting = undefined;
    return true;
  }

  /** A final response was sent: nothing is repeated any more. */
  stop(): void {
    this.waiting = undefined;
  }

  nextTimeout(): number | undefined {
    return this.waiting?.retransmitter.nextTimeout();
  }

  /** `timeout`: no PRACK within 64·T1, refuse the INVITE with a 5xx. RFC 3262 3. */
  handleTimeout(now: number): RetransmitterOutput[] {
    const outputs = this.waiting?.retransmitter.handleTimeout(now) ?? [];
    if (outputs.some((output) => output.type === 'timeout')) this.stop();
    return outputs;
  }
}

/** UAC: keeps the order of reliable provisional responses; one for each dialog. RFC 3262 4. */
export class ReliableReceiver {
  private last: number | undefined;

  /** Whether to use a response: not when it is repeated, or ahead of one that is missing. */
  accepts(response: SipResponse): boolean {
    const rseq = Number(response.headers.get('RSeq') ?? Number.NaN);
    const required = response.headers.getList('Require').some((tag) => tag.toLowerCase() === '100rel');
    if (response.status <= 100 || response.status >= 200 || !required || !Number.isInteger(rseq)) return true;
    if (this.last !== undefined && rseq !== this.last + 1) return false;
    this.last = rseq;
    return true;
  }
}
