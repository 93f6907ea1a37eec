import { parseRAck, type RAck, type SipRequest, type SipResponse } from '../message/index.ts';
import { type Retransmitter, reliableProvisionalRetransmitter, type TimerSettings } from '../transaction/index.ts';

export type ReliableOutput =
  | { type: 'transmit'; message: SipResponse }
  /** No PRACK within 64·T1: refuse the INVITE with a 5xx. RFC 3262 3. */
  | { type: 'timeout' };

/** Whether the other side takes reliable provisional responses, and whether it insists on them. RFC 3262 3. */
export function supports100rel(request: SipRequest): 'no' | 'supported' | 'required' {
  const names = (header: string) => request.headers.getList(header).some((tag) => tag.toLowerCase() === '100rel');
  if (names('Require')) return 'required';
  return names('Supported') ? 'supported' : 'no';
}

/** UAS: sends provisional responses one after the other, each until its PRACK came. RFC 3262 3. */
export class ReliableProvisionals {
  private readonly invite: { cseq: number; method: string };
  private readonly timers: TimerSettings;
  private nextRSeq: number;
  private open: { rseq: number; response: SipResponse; retransmitter: Retransmitter } | undefined;
  private waiting: SipResponse[] = [];

  /** `firstRSeq`: from 1 to 2^31 - 1, chosen at random by the caller. `cseq` is that of the INVITE. */
  constructor(options: { cseq: number; firstRSeq: number; timers: TimerSettings }) {
    this.invite = { cseq: options.cseq, method: 'INVITE' };
    this.timers = options.timers;
    this.nextRSeq = options.firstRSeq;
  }

  /** A response from 101 to 199. It gets RSeq and Require; while another is open it waits. */
  send(response: SipResponse, now: number): ReliableOutput[] {
    this.waiting.push(response);
    return this.next(now);
  }

  /** A PRACK came: 481 when it acknowledges nothing that is open, otherwise 2xx, and the next response goes out. */
  prack(
    request: SipRequest,
    now: number,
  ): { status: 200 | 400 | 481; outputs: ReliableOutput[]; acknowledged?: SipResponse } {
    const rack = parseRAck(request.headers.get('RAck') ?? '');
    if (rack === undefined) return { status: 400, outputs: [] };
    const { open } = this;
    if (open === undefined || !this.matches(rack, open.rseq)) return { status: 481, outputs: [] };
    this.open = undefined;
    return { status: 200, outputs: this.next(now), acknowledged: open.response };
  }

  private matches(rack: RAck, rseq: number): boolean {
    return rack.rseq === rseq && rack.cseq === this.invite.cseq && rack.method === this.invite.method;
  }

  /** Whether a 2xx may go out: not while a session description is unacknowledged. RFC 3262 3. */
  get mayAccept(): boolean {
    return this.open === undefined || this.open.response.body.length === 0;
  }

  /** A final response was sent: nothing is repeated any more. */
  stop(): void {
    this.open = undefined;
    this.waiting = [];
  }

  nextTimeout(): number | undefined {
    return this.open?.retransmitter.nextTimeout();
  }

  handleTimeout(now: number): ReliableOutput[] {
    const outputs = this.open?.retransmitter.handleTimeout(now) ?? [];
    if (outputs.some((output) => output.type === 'timeout')) this.stop();
    return outputs;
  }

  private next(now: number): ReliableOutput[] {
    if (this.open !== undefined) return [];
    const response = this.waiting.shift();
    if (response === undefined) return [];
    const rseq = this.nextRSeq;
    this.nextRSeq++;
    const headers = response.headers.clone().set('RSeq', String(rseq));
    if (!headers.getList('Require').includes('100rel')) headers.append('Require', '100rel');
    const message = { ...response, headers };
    this.open = { rseq, response: message, retransmitter: reliableProvisionalRetransmitter(message, this.timers, now) };
    return [{ type: 'transmit', message }];
  }
}

/** UAC: what to do with a provisional response of one dialog. RFC 3262 4. */
export type ReliableReceipt =
  /** Not reliable: use it. */
  | { type: 'plain' }
  /** Use it and send PRACK with this RAck. */
  | { type: 'acknowledge'; rack: string }
  /** Repeated, or ahead of one that is missing: drop it. */
  | { type: 'ignore' };

/** UAC: keeps the order of reliable provisional responses; one for each dialog. RFC 3262 4. */
export class ReliableReceiver {
  private last: number | undefined;

  receive(response: SipResponse): ReliableReceipt {
    const rseq = Number(response.headers.get('RSeq') ?? Number.NaN);
    const required = response.headers.getList('Require').some((tag) => tag.toLowerCase() === '100rel');
    if (response.status <= 100 || response.status >= 200 || !required || !Number.isInteger(rseq))
      return { type: 'plain' };
    if (this.last !== undefined && rseq !== this.last + 1) return { type: 'ignore' };
    this.last = rseq;
    return { type: 'acknowledge', rack: `${rseq} ${response.headers.get('CSeq') ?? ''}` };
  }
}
