import * as x from './elements.ts';
import { signalMethod } from './elements.ts';
import { attribute, keyword as k } from './escape.ts';
import type { SippSource } from './types.ts';

/** Parts of a message that a step may add or change. All text is taken literally; keywords by `keyword()`. */
export interface Content {
  /** Whole header lines. */
  readonly headers?: readonly string[];
  /** An SDP body. */
  readonly sdp?: string;
  /** Any other body. */
  readonly body?: { readonly type: string; readonly text: string };
}

/** How the scenario's INVITE names the two sides. */
export interface InviteContent extends Content {
  /** User part of the Request-URI and To. */
  readonly to: string;
  /** Host part of both; the packet goes to the remote whatever it says. */
  readonly domain: string;
  readonly from: string;
  readonly fromDomain?: string;
  readonly displayName?: string;
  /** Replaces the whole From value without its tag, e.g. `"Anonymous" <sip:anonymous@anonymous.invalid>`. */
  readonly fromValue?: string;
}

/** Steps that both sides know. Each call adds to the scenario and returns it. */
abstract class Flow {
  protected readonly parts: string[] = [];
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

  protected add(...parts: readonly string[]): this {
    this.parts.push(...parts);
    return this;
  }

  /** SIPp wants numbers as labels. */
  protected newLabel(): string {
    this.labels += 1;
    return String(this.labels);
  }

  protected request(method: string, content: Content, cseq: number, branch = `${method}${cseq}`): x.Message {
    const body =
      content.body ?? (content.sdp === undefined ? undefined : { type: 'application/sdp', text: content.sdp });
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
      ...(body && { body }),
    };
  }

  /** Sends a request inside the dialog and expects this final status. */
  send(method: string, content: Content = {}, status = 200): this {
    this.cseq += 1;
    this.add(
      x.send(this.request(method, content, this.cseq), { retransmit: true }),
      x.recvResponse(100, { optional: true }),
    );
    return this.add(x.recvResponse(status));
  }

  /** Re-INVITE, its answer and the ACK. */
  reinvite(content: Content, status = 200): this {
    this.cseq += 1;
    const cseq = this.cseq;
    this.add(
      x.send(this.request('INVITE', content, cseq), { retransmit: true }),
      x.recvResponse(100, { optional: true }),
    );
    this.add(x.recvResponse(status));
    return this.add(x.send(this.request('ACK', {}, cseq, status < 300 ? `ACK${cseq}` : `INVITE${cseq}`)));
  }

  bye(): this {
    return this.send('BYE');
  }

  /** Expects BYE and answers it. */
  expectBye(timeoutMs?: number): this {
    return this.expectRequest('BYE', 200, {}, timeoutMs);
  }

  /** Expects a request inside the dialog and answers it. */
  expectRequest(method: string, status = 200, content: Content = {}, timeoutMs?: number): this {
    this.add(x.recvRequest(method, timeoutMs === undefined ? {} : { timeoutMs }));
    this.respond(status, content, 'as-it-came');
    return status >= 200 && method === 'INVITE' ? this.add(x.recvRequest('ACK')) : this;
  }

  /** Answers the request received last. */
  protected respond(status: number, content: Content, tag: 'as-it-came' | 'ours', retransmit = false): this {
    const body =
      content.body ?? (content.sdp === undefined ? undefined : { type: 'application/sdp', text: content.sdp });
    return this.add(
      x.send(
        {
          start: `SIP/2.0 ${status} ${phrase(status)}`,
          headers: [...x.answerHeaders(tag), k('last_Record-Route:'), x.contact(this.user), ...(content.headers ?? [])],
          ...(body && { body }),
        },
        { retransmit },
      ),
    );
  }

  /** Waits until the suite calls `signal()`. Anything else that comes meanwhile fails the leg. */
  waitForSignal(): this {
    return this.add(x.recvRequest(signalMethod));
  }

  /**
   * Holds the call. `signal()` lets the scenario go on with what follows; a BYE of the other side is answered and ends
   * it. A re-INVITE meanwhile is answered with `sdp`.
   */
  hold(sdp?: string): this {
    const [again, bye, reinvite, on] = [this.newLabel(), this.newLabel(), this.newLabel(), this.newLabel()];
    this.add(x.label(again));
    this.add(x.recvRequest('BYE', { optional: true, next: bye }));
    if (sdp !== undefined) this.add(x.recvRequest('INVITE', { optional: true, next: reinvite }));
    this.add(x.recvRequest(signalMethod, { next: on }));
    this.add(x.label(bye)).respond(200, {}, 'as-it-came');
    this.add(x.jump(this.end));
    if (sdp !== undefined) {
      this.add(x.label(reinvite)).respond(200, { sdp }, 'as-it-came', true);
      this.add(x.recvRequest('ACK', { next: again }));
    }
    return this.add(x.label(on));
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
    const parts = [...this.parts, x.label(this.end), ...this.epilogue()];
    return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${attribute(this.title)}">\n${parts.join('\n')}\n</scenario>\n`;
  }

  protected epilogue(): readonly string[] {
    return [];
  }
}

/** A scenario that calls. */
export class Caller extends Flow {
  private content: InviteContent = { to: '', domain: '', from: '' };

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

  /** Sends INVITE. What comes then is told by `expect`, `expectAnswer` or `cancelOnSignal`. */
  invite(content: InviteContent): this {
    this.content = content;
    const message = this.request('INVITE', content, this.cseq);
    const headers = message.headers
      .filter((line) => line !== k('routes'))
      .map((line) => line.replace(k('peer_tag_param'), ''));
    return this.add(
      x.send(
        { ...message, start: `INVITE sip:${content.to}@${content.domain} SIP/2.0`, headers },
        { retransmit: true },
      ),
    );
  }

  /** Expects this final status to INVITE after whatever provisionals, and acknowledges it. */
  expect(status: number): this {
    this.provisionals().add(x.recvResponse(status, { routes: true }));
    return this.ack(status);
  }

  /** As `expect(200)`, but `signal()` before the answer cancels: then CANCEL/200 and INVITE/487 are expected. */
  expectOrCancel(): this {
    const cancel = this.newLabel();
    const answered = this.newLabel();
    this.provisionals(cancel).add(x.recvResponse(200, { routes: true }));
    this.ack(200).add(x.jump(answered), x.label(cancel)).cancel().add(x.jump(this.end));
    return this.add(x.label(answered));
  }

  /** Expects this provisional response. */
  expectProvisional(status: number): this {
    for (const other of [100, 180, 181, 182, 183].filter((one) => one !== status))
      this.add(x.recvResponse(other, { optional: true }));
    return this.add(x.recvResponse(status));
  }

  /** Sends CANCEL for the INVITE; expects 200 to it and 487 to the INVITE. */
  cancel(): this {
    const message = this.request('CANCEL', {}, 1, 'INVITE1');
    const start = `CANCEL sip:${this.content.to}@${this.content.domain} SIP/2.0`;
    const headers = message.headers
      .filter((line) => line !== k('routes') && !line.startsWith('Contact'))
      .map((line) => line.replace(k('peer_tag_param'), ''));
    this.add(x.send({ start, headers }, { retransmit: true }), x.recvResponse(200), x.recvResponse(487));
    return this.ack(487);
  }

  private provisionals(cancelAt?: string): this {
    for (const status of [100, 180, 181, 182, 183]) this.add(x.recvResponse(status, { optional: true }));
    return cancelAt === undefined ? this : this.add(x.recvRequest(signalMethod, { optional: true, next: cancelAt }));
  }

  /** ACK of a 2xx is a request of its own (13.2.2.4); any other belongs to the INVITE transaction (17.1.1.3). */
  private ack(status: number): this {
    const message = this.request('ACK', {}, 1, status < 300 ? 'ACK1' : 'INVITE1');
    if (status < 300) return this.add(x.send(message));
    const start = `ACK sip:${this.content.to}@${this.content.domain} SIP/2.0`;
    return this.add(x.send({ ...message, start, headers: message.headers.filter((line) => line !== k('routes')) }));
  }
}

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
      x.recvRequest('INVITE', { routes: true, action: keep('To', 'local') + keep('From', 'remote') + number }),
    );
  }

  /** A provisional response to the INVITE. */
  provisional(status: number, content: Content = {}): this {
    return this.respond(status, content, 'ours');
  }

  /** 200 with SDP, and its ACK. */
  answer(content: Content): this {
    return this.respond(200, content, 'ours', true).add(x.recvRequest('ACK'));
  }

  /** A final failure response, and its ACK. */
  refuse(status: number, content: Content = {}): this {
    return this.respond(status, content, 'ours', true).add(x.recvRequest('ACK'));
  }

  /** Waits for CANCEL: 200 to it, 487 to the INVITE, ACK. */
  cancelled(): this {
    return this.add(x.recvRequest('CANCEL')).terminated();
  }

  /** 200 to the CANCEL received last, 487 to its INVITE, which differs only in CSeq (9.1), ACK. */
  private terminated(): this {
    this.respond(200, {}, 'ours');
    const headers = x
      .answerHeaders('ours')
      .map((line) => (line === k('last_CSeq:') ? `CSeq: ${k('$number')} INVITE` : line));
    this.add(x.send({ start: `SIP/2.0 487 ${phrase(487)}`, headers }, { retransmit: true }));
    return this.add(x.recvRequest('ACK'));
  }

  /** Waits for `signal()`; a CANCEL meanwhile is answered as `cancelled` does and ends the leg well. */
  waitForSignalOrCancel(): this {
    const [cancelled, on] = [this.newLabel(), this.newLabel()];
    this.add(x.recvRequest('CANCEL', { optional: true, next: cancelled }), x.recvRequest(signalMethod, { next: on }));
    return this.add(x.label(cancelled)).terminated().add(x.jump(this.end), x.label(on));
  }
}

/** A scenario that calls: `caller('answers').invite({…}).expect(200).hold().bye()`. */
export const caller = (title: string): Caller => new Caller(title);
/** A scenario that is called: `callee('rings', user).invited().provisional(180).answer({ sdp: sdp() }).hold().bye()`. */
export const callee = (title: string, user: string): Callee => new Callee(title, user);

/** Branches are ours, because CANCEL and the ACK of a failure repeat that of the INVITE. */
const via = (branch: string): string =>
  `Via: SIP/2.0/${k('transport')} ${k('local_ip')}:${k('local_port')};rport;branch=z9hG4bK${k('leg')}${k('call_number')}${branch}`;

const phrases: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  302: 'Moved Temporarily',
  404: 'Not Found',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  503: 'Service Unavailable',
  603: 'Decline',
};
const phrase = (status: number): string => phrases[status] ?? (status < 300 ? 'OK' : 'Failed');
