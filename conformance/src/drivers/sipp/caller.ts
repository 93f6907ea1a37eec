import type { InviteContent } from './content.ts';
import * as x from './elements.ts';
import { signalMethod } from './elements.ts';
import { keyword as k } from './escape.ts';
import { Flow } from './flow.ts';
import { marks } from './waits.ts';

const provisionals = [100, 180, 181, 182, 183];
/** Set when a 200 is the INVITE's and not the CANCEL's. */
const answered = 'answered';
const whose = `<ereg regexp="INVITE" search_in="hdr" header="CSeq:" assign_to="${answered}"/>`;

/** Labels at which an answer is seen to that crossed CANCEL: before the 200 of the CANCEL, and after it. */
interface Crossings {
  readonly before: string;
  readonly after: string;
}

/** A scenario that calls. */
export class Caller extends Flow {
  private content: InviteContent = { to: '', domain: '', from: '' };
  private cancels = false;

  protected get user(): string {
    return this.content.from;
  }

  private party(side: 'from' | 'to'): string {
    const { to, domain, from, fromDomain, displayName, fromValue } = this.content;
    if (side === 'to') return `<sip:${to}@${domain}>`;
    const name = displayName === undefined ? '' : `"${displayName.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}" `;
    return fromValue ?? `${name}<sip:${from}@${fromDomain ?? k('local_ip')}>`;
  }

  protected dialog(): readonly string[] {
    return [
      `From: ${this.party('from')};tag=${k('leg')}${k('call_number')}`,
      `To: ${this.party('to')}${k('peer_tag_param')}`,
      `Call-ID: ${k('call_id')}`,
    ];
  }

  protected override epilogue(): readonly string[] {
    return this.cancels ? [`<Reference variables="${answered}"/>`] : [];
  }

  /** Sends INVITE. What comes then is told by `expect`, `expectOrCancel` or `cancel`. */
  invite(content: InviteContent): this {
    this.content = content;
    const message = this.request('INVITE', content, this.cseq);
    return this.add(
      x.send({ ...message, start: this.startOf('INVITE'), headers: beforeDialog(message) }, { retransmit: true }),
    );
  }

  /** Expects this final status to INVITE after whatever provisionals, and acknowledges it. */
  expect(status: number): this {
    this.add(...provisionals.map((one) => x.recvResponse(one, { optional: true })));
    return this.must(x.recvResponse(status, { routes: true })).add(this.ack(status));
  }

  /**
   * As `expect(200)`, but `signal()` before the answer cancels: then CANCEL/200 and INVITE/487 are expected. It waits for a
   * provisional response, before which no CANCEL may be sent (RFC 3261 9.1); SIPp would stand at the CANCEL and abort on
   * the response that it needs to send it.
   */
  expectOrCancel(): this {
    const cancel = this.newLabel();
    this.add(
      ...provisionals.map((one) => x.recvResponse(one, { optional: true }).doing(x.log(marks.wait))),
      x.recvRequest(signalMethod, { optional: true, next: cancel }).doing(x.log(marks.went)),
      x.straySignal,
      x.recvResponse(200, { routes: true }).doing(x.log(marks.left)),
      this.ack(200),
    );
    const crossings = this.newCrossings();
    this.branch(cancel, this.cancelling(crossings), this.end);
    this.crossedAnswers(crossings);
    return this;
  }

  /** Expects this provisional response. */
  expectProvisional(status: number): this {
    const others = provisionals.filter((one) => one !== status);
    this.add(...others.map((one) => x.recvResponse(one, { optional: true })));
    return this.must(x.recvResponse(status));
  }

  /** Sends CANCEL for the INVITE; expects 200 to it and 487 to the INVITE. */
  cancel(): this {
    const crossings = this.newCrossings();
    this.add(...this.cancelling(crossings));
    this.crossedAnswers(crossings);
    return this;
  }

  private newCrossings(): Crossings {
    return { before: this.newLabel(), after: this.newLabel() };
  }

  /** CANCEL and what follows. Both that and an answer are 200 to SIPp, so the CSeq tells whose it is. */
  private cancelling({ before, after }: Crossings): readonly x.Step[] {
    this.cancels = true;
    const message = this.request('CANCEL', {}, 1, 'INVITE1');
    const headers = beforeDialog(message).filter((line) => !line.startsWith('Contact'));
    const late = provisionals.map((one) => x.recvResponse(one, { optional: true }));
    return [
      x.send({ start: this.startOf('CANCEL'), headers }, { retransmit: true }),
      ...late,
      x.straySignal,
      x.recvResponse(200, { routes: true, action: whose, test: answered, next: before }),
      ...late,
      x.recvResponse(200, { routes: true, optional: true, next: after }),
      x.straySignal,
      x.recvResponse(487),
      this.ack(487),
    ];
  }

  /** The answer was on its way: there is a call after all, which is acknowledged and ended (RFC 3261 9.1, 15). */
  private crossedAnswers({ before, after }: Crossings): void {
    const [bye, crossed] = [this.newLabel(), this.newLabel()];
    this.branch(before, [this.ack(200), x.straySignal, x.recvResponse(200)], bye);
    this.branch(after, [this.ack(200)], bye);
    this.branch(bye, this.goodbye(2, crossed), this.end);
    this.crossedByes(crossed);
  }

  /** ACK of a 2xx is a request of its own (13.2.2.4); any other belongs to the INVITE transaction (17.1.1.3). */
  private ack(status: number): x.Step {
    const message = this.request('ACK', {}, 1, status < 300 ? 'ACK1' : 'INVITE1');
    if (status < 300) return x.send(message);
    const headers = message.headers.filter((line) => line !== k('routes'));
    return x.send({ ...message, start: this.startOf('ACK'), headers });
  }

  private startOf(method: string): string {
    return `${method} sip:${this.content.to}@${this.content.domain} SIP/2.0`;
  }
}

/** Headers of a request that belongs to no dialog yet: no route set, no tag of the other side. */
const beforeDialog = ({ headers }: x.Message): readonly string[] =>
  headers.filter((line) => line !== k('routes')).map((line) => line.replace(k('peer_tag_param'), ''));
