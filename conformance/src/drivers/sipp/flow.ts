import { answerTo, bodyOf, type Content, via } from './content.ts';
import * as x from './elements.ts';
import { signalMethod } from './elements.ts';
import { attribute, keyword as k } from './escape.ts';
import type { SippSource } from './types.ts';
import { marks } from './waits.ts';

/**
 * Steps that both sides know. Each call adds to the scenario and returns it. SIPp looks at its sockets between any two
 * steps and aborts on what the present one does not name, so there is nothing between a message sent and the next one
 * waited for: branches stand aside, and marks are actions of the step before.
 */
export abstract class Flow {
  private readonly main: (x.Step | string)[] = [];
  private readonly aside: string[] = [];
  private labels = 0;
  /** One CSeq for each request we send in the dialog (RFC 3261 12.2.1.1). */
  protected cseq = 1;
  private readonly title: string;

  constructor(title: string) {
    this.title = title;
  }

  /** Header lines From, To and Call-ID of a request that we send inside the dialog. */
  protected abstract dialog(): readonly string[];
  protected abstract readonly user: string;

  protected add(...steps: readonly (x.Step | string)[]): this {
    this.main.push(...steps);
    return this;
  }

  /** A message that must come; a signal that nobody waits for is no reason to abort the call. */
  protected must(step: x.Step): this {
    return this.add(x.straySignal, step);
  }

  /** A branch: what happens after a jump to `label`, until it jumps to `to`. */
  protected branch(label: string, steps: readonly x.Step[], to: string): void {
    const last = steps.length - 1;
    this.aside.push(x.label(label), ...steps.map((step, i) => (i === last ? step.goingTo(to) : step).xml()));
  }

  /** Marks, in the step before, that the scenario now stands where a signal is waited for. */
  protected markWait(): void {
    const before = this.main.at(-1);
    const mark = x.log(marks.wait);
    if (before instanceof x.Step && before.acts) this.main.splice(-1, 1, before.doing(mark));
    else this.add(x.nop(mark));
  }

  /** SIPp wants numbers as labels. */
  protected newLabel(): string {
    this.labels += 1;
    return String(this.labels);
  }

  protected request(method: string, content: Content, cseq: number, branch = `${method}${cseq}`): x.Message {
    return {
      start: `${method} ${k('next_url')} SIP/2.0`,
      headers: [
        via(branch),
        k('routes'),
        ...this.dialog(),
        `CSeq: ${cseq} ${method}`,
        'Max-Forwards: 70',
        ...(method === 'ACK' || method === 'BYE' ? [] : [x.contact(this.user)]),
        ...(content.headers ?? []),
      ],
      ...bodyOf(content),
    };
  }

  /** Sends a request inside the dialog and expects this final status. */
  send(method: string, content: Content = {}, status = 200): this {
    this.cseq += 1;
    this.add(
      x.send(this.request(method, content, this.cseq), { retransmit: true }),
      x.recvResponse(100, { optional: true }),
    );
    return this.must(x.recvResponse(status));
  }

  /** Re-INVITE, its answer and the ACK. */
  reinvite(content: Content, status = 200): this {
    this.send('INVITE', content, status);
    const branch = status < 300 ? `ACK${this.cseq}` : `INVITE${this.cseq}`;
    return this.add(x.send(this.request('ACK', {}, this.cseq, branch)));
  }

  /**
   * Says goodbye. A BYE of the other side that crosses it is answered; ours may then find no dialog any more and get 481
   * (RFC 3261 15.1.2). A re-INVITE that crosses it gets no answer: SIPp sends nothing new before the BYE has its own, and
   * then the dialog is over for both.
   */
  bye(): this {
    this.cseq += 1;
    const crossed = this.newLabel();
    this.add(...this.goodbye(this.cseq, crossed));
    this.crossedByes(crossed);
    return this;
  }

  /** BYE and its 200; at `crossed` it goes on when the other side says goodbye too. */
  protected goodbye(cseq: number, crossed: string): readonly x.Step[] {
    return [
      x.send(this.request('BYE', {}, cseq), { retransmit: true }),
      x.recvResponse(100, { optional: true }),
      x.recvRequest('BYE', { optional: true, next: crossed }),
      x.strayCopy('INVITE'),
      x.straySignal,
      x.recvResponse(200),
    ];
  }

  /** What `goodbye` leads to. It must stand below it: SIPp takes no response to a method that was not sent further up. */
  protected crossedByes(crossed: string): void {
    const none = x.recvResponse(481, { optional: true, next: this.end });
    const ok = x.send(answerTo(200, {}, 'as-it-came', this.user));
    this.branch(crossed, [ok, none, x.strayCopy('INVITE'), x.straySignal, x.recvResponse(200)], this.end);
  }

  /** Expects BYE and answers it. */
  expectBye(timeoutMs?: number): this {
    return this.expectRequest('BYE', 200, {}, timeoutMs);
  }

  /** Expects a request inside the dialog and answers it. */
  expectRequest(method: string, status = 200, content: Content = {}, timeoutMs?: number): this {
    this.must(x.recvRequest(method, timeoutMs === undefined ? {} : { timeoutMs }));
    this.respond(status, content, 'as-it-came');
    return status >= 200 && method === 'INVITE' ? this.must(x.recvRequest('ACK')) : this;
  }

  /** Takes no notice of responses with this status, such as copies that come late, until the next step has come. */
  ignore(status: number): this {
    return this.add(x.recvResponse(status, { optional: true, ignored: true }));
  }

  /** Answers the request received last. */
  protected respond(status: number, content: Content, tag: 'as-it-came' | 'ours', retransmit = false): this {
    return this.add(x.send(answerTo(status, content, tag, this.user), { retransmit }));
  }

  /** Waits until the suite calls `signal()`. Anything else that comes meanwhile fails the leg. */
  waitForSignal(): this {
    this.markWait();
    return this.add(x.recvRequest(signalMethod).doing(x.log(marks.went)));
  }

  /**
   * Holds the call. `signal()` lets the scenario go on with what follows; a BYE of the other side is answered and ends
   * it. A re-INVITE meanwhile is answered with `sdp`.
   */
  hold(sdp?: string): this {
    const [again, bye, reinvite] = [this.newLabel(), this.newLabel(), this.newLabel()];
    const left = x.log(marks.left);
    this.markWait();
    this.add(x.label(again), x.recvRequest('BYE', { optional: true, next: bye }).doing(left));
    this.branch(bye, [x.send(answerTo(200, {}, 'as-it-came', this.user))], this.end);
    if (sdp !== undefined) {
      this.add(x.recvRequest('INVITE', { optional: true, next: reinvite }).doing(left));
      const ok = x.send(answerTo(200, { sdp }, 'as-it-came', this.user), { retransmit: true });
      this.branch(reinvite, [ok, x.straySignal, x.recvRequest('ACK').doing(x.log(marks.wait))], again);
    }
    return this.add(x.recvRequest(signalMethod).doing(x.log(marks.went)));
  }

  pause(ms: number): this {
    return this.add(x.pause(ms));
  }

  /** SIPp XML as it is. */
  raw(xml: string): this {
    return this.add(xml);
  }

  /** Label at the very end. */
  protected readonly end = '9999';

  source(): SippSource {
    return { xml: this.xml() };
  }

  xml(): string {
    const main = this.main.map((step) => (typeof step === 'string' ? step : step.xml()));
    const last = this.main.at(-1);
    if (this.aside.length > 0) {
      if (last instanceof x.Step) main.splice(-1, 1, last.goingTo(this.end).xml());
      else main.push(new x.Step('nop').goingTo(this.end).xml());
    }
    const parts = [...main, ...this.aside, x.label(this.end), ...this.epilogue()];
    return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${attribute(this.title)}">\n${parts.join('\n')}\n</scenario>\n`;
  }

  protected epilogue(): readonly string[] {
    return [];
  }
}
