/** A leg that came in, until it is answered: progress, answer or refusal against CANCEL. */
import type { LegId } from '../session/ids.ts';
import { type Context, type Leg, respond } from './context.ts';
import { DialogLeg } from './dialog-leg.ts';
import { EarlyOffers } from './early-offers.ts';
import { type Message, sdpOf } from './message.ts';
import { allow } from './outbound-invite.ts';
import { answerInterval } from './session-timer.ts';
import type { SrfApp, SrfHeaders, SrfRequest, SrfResponse } from './srf.ts';

interface Asked {
  readonly reliable: 'always' | 'ifDescribed' | 'never';
  readonly described: boolean;
  readonly interval: SrfHeaders;
}

/** Not in the constructor: what its listeners see would hold the message, too. */
function askedOf(message: Message, extensions: readonly string[]): Asked {
  const names = (header: string): boolean =>
    extensions.includes('100rel') && message.headers.getList(header).includes('100rel');
  return {
    reliable: names('Require') ? 'always' : names('Supported') ? 'ifDescribed' : 'never',
    described: sdpOf(message) !== undefined,
    interval: answerInterval(message.headers, extensions),
  };
}

export class InboundLeg implements Leg {
  private readonly context: Context;
  private readonly id: LegId;
  private readonly srf: SrfApp;
  private readonly request: SrfRequest;
  private readonly response: SrfResponse;
  /** What its INVITE said. The message itself would hold the bytes it came in, for as long as the call lasts. */
  private readonly asked: Asked;
  private state: 'waiting' | 'answering' | 'answered' | 'over' = 'waiting';
  private dialog: DialogLeg | undefined;
  private readonly offers: EarlyOffers;
  /** The offer of the INVITE has its answer, which the caller gets for sure. */
  private agreed = false;
  /** Hung up between our 200 and the library's word that it left. */
  private unwanted: (() => void) | undefined;

  constructor(context: Context, id: LegId, srf: SrfApp, request: SrfRequest, response: SrfResponse, message: Message) {
    this.context = context;
    this.id = id;
    this.srf = srf;
    this.request = request;
    this.response = response;
    this.asked = askedOf(message, context.extensions);
    request.on('cancel', () => this.cancelled());
    this.offers = new EarlyOffers(context, id);
    request.on('update', (update: SrfRequest, answer: SrfResponse) => this.updated(update, answer));
  }

  progress(status: 180 | 183, sdp?: string) {
    if (this.state !== 'waiting') return;
    // A description may not get lost: it goes reliably to whoever can say that it came (RFC 3262 section 3).
    const reliable = this.asked.reliable === 'always' || (this.asked.reliable === 'ifDescribed' && sdp !== undefined);
    if (reliable && sdp !== undefined) this.agreed = this.asked.described;
    const headers = {
      ...(reliable && { Require: '100rel' }),
      ...(sdp !== undefined && { 'Content-Type': 'application/sdp' }),
    };
    respond(this.response, status, headers, sdp);
  }

  answer(sdp: string) {
    if (this.state !== 'waiting') return;
    this.state = 'answering';
    const headers = {
      'Content-Type': 'application/sdp',
      Allow: allow,
      Supported: this.context.extensions.join(', '),
      ...this.asked.interval,
    };
    this.srf.createUAS(this.request, this.response, { localSdp: sdp, headers }, (error, dialog) => {
      if (dialog === undefined) return this.failed(error);
      this.dialog = new DialogLeg(this.context, this.id, dialog, false);
      if (this.state === 'answering') this.state = 'answered';
      if (this.state === 'answered') return;
      this.dialog.hangup();
      this.unwanted?.();
    });
  }

  reject(status: number) {
    if (this.state !== 'waiting') return;
    this.over();
    respond(this.response, status);
  }

  hangup() {
    if (this.state === 'answered') this.dialog?.hangup();
    if (this.state !== 'answering') return;
    this.unwanted = this.context.linger();
    this.over();
  }

  respondOffer(offerId: string, status: number, sdp?: string) {
    if (this.offers.respond(offerId, status, sdp)) return;
    this.dialog?.respondOffer(offerId, status, sdp);
  }

  reoffer(sdp: string | undefined) {
    this.dialog?.reoffer(sdp);
  }

  /** An inbound call is refused, not cancelled. */
  cancel() {}

  lost() {
    if (this.dialog !== undefined) return this.dialog.lost();
    if (this.state === 'over') return;
    this.over();
    this.context.dispatch({ type: 'sip.ended', leg: this.id, cause: 'failure' });
  }

  /** While the offer of the INVITE has no answer another one comes too early (RFC 3311 section 5.2). */
  private updated(update: SrfRequest, answer: SrfResponse) {
    if (!this.agreed && update.has('content-type')) respond(answer, 500, { 'Retry-After': '2' });
    else this.offers.receive(update, answer);
  }

  private over() {
    this.state = 'over';
    this.context.forget(this.id);
  }

  /** The server has answered the INVITE with 487; where it leaves that to the application, this does. */
  private cancelled() {
    if (this.state !== 'waiting' && this.state !== 'answering') return;
    if (this.state === 'waiting') respond(this.response, 487);
    this.over();
    this.context.dispatch({ type: 'sip.cancelled', leg: this.id });
  }

  private failed(error: unknown) {
    this.unwanted?.();
    if (this.state !== 'answering') return;
    this.over();
    // The CANCEL came while our 200 was on its way to the server, which then has no INVITE to answer any more.
    if (/unknown transaction/i.test(String(error))) {
      return this.context.dispatch({ type: 'sip.cancelled', leg: this.id });
    }
    this.context.log.warn({ leg: this.id, err: error }, '200 could not be sent');
    this.context.dispatch({ type: 'sip.ended', leg: this.id, cause: 'failure' });
  }
}
