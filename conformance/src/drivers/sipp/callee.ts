import { type Content, phrase } from './content.ts';
import * as x from './elements.ts';
import { signalMethod } from './elements.ts';
import { keyword as k } from './escape.ts';
import { Flow } from './flow.ts';
import { marks } from './waits.ts';

/** A scenario that is called. */
export class Callee extends Flow {
  protected readonly user: string;

  constructor(title: string, user: string) {
    super(title);
    this.user = user;
  }

  /** From and To of the INVITE, the other way round; both were kept when it came. */
  protected dialog(): readonly string[] {
    return [`From:${k('$local')};tag=${k('leg')}${k('call_number')}`, `To:${k('$remote')}`, `Call-ID: ${k('call_id')}`];
  }

  protected override epilogue(): readonly string[] {
    return ['<Reference variables="local,remote,invite,number"/>'];
  }

  /** Waits for INVITE. */
  invited(): this {
    const keep = (header: string, variable: string): string =>
      `<ereg regexp=".*" search_in="hdr" header="${header}:" assign_to="${variable}"/>`;
    const number = '<ereg regexp="([0-9]+)" search_in="hdr" header="CSeq:" assign_to="invite,number"/>';
    return this.add(
      x.straySignal,
      x.recvRequest('INVITE', { routes: true, action: keep('To', 'local') + keep('From', 'remote') + number }),
    );
  }

  /** A provisional response to the INVITE. */
  provisional(status: number, content: Content = {}): this {
    return this.respond(status, content, 'ours');
  }

  /** 200 with SDP, and its ACK. A CANCEL that crosses it is answered and changes nothing (RFC 3261 9.2). */
  answer(content: Content): this {
    const [again, cancelled] = [this.newLabel(), this.newLabel()];
    this.respond(200, content, 'ours', true).add(
      x.label(again),
      x.strayCopy('INVITE'),
      x.recvRequest('CANCEL', { optional: true, next: cancelled }),
    );
    this.branch(cancelled, [this.cancelOk()], again);
    return this.must(x.recvRequest('ACK'));
  }

  private cancelOk(): x.Step {
    return x.send({ start: `SIP/2.0 200 ${phrase(200)}`, headers: x.answerHeaders('ours') });
  }

  /** A final failure response, and its ACK. */
  refuse(status: number, content: Content = {}): this {
    return this.respond(status, content, 'ours', true).add(x.strayCopy('INVITE')).must(x.recvRequest('ACK'));
  }

  /** Waits for CANCEL: 200 to it, 487 to the INVITE, ACK. */
  cancelled(): this {
    return this.must(x.recvRequest('CANCEL')).add(...this.terminating());
  }

  /** 200 to the CANCEL received last, 487 to its INVITE, which differs only in CSeq (9.1), ACK. */
  private terminating(): readonly x.Step[] {
    const headers = x
      .answerHeaders('ours')
      .map((line) => (line === k('last_CSeq:') ? `CSeq: ${k('$number')} INVITE` : line));
    return [
      this.cancelOk(),
      x.send({ start: `SIP/2.0 487 ${phrase(487)}`, headers }, { retransmit: true }),
      x.strayCopy('CANCEL'),
      x.straySignal,
      x.recvRequest('ACK'),
    ];
  }

  /** Waits for `signal()`; a CANCEL meanwhile is answered as `cancelled` does and ends the leg well. */
  waitForSignalOrCancel(): this {
    const cancelled = this.newLabel();
    this.markWait();
    this.branch(cancelled, this.terminating(), this.end);
    return this.add(
      x.recvRequest('CANCEL', { optional: true, next: cancelled }).doing(x.log(marks.left)),
      x.recvRequest(signalMethod).doing(x.log(marks.went)),
    );
  }
}
