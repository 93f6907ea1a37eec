/** UPDATE in an early dialog, which may change what was agreed before the call is answered (RFC 3311 section 5). */
import type { LegId } from '../session/ids.ts';
import { type Context, respond } from './context.ts';
import { readMessage, sdpOf } from './message.ts';
import { refusalOf } from './refusal.ts';
import { answerInterval } from './session-timer.ts';
import type { SrfRequest, SrfResponse } from './srf.ts';

export class EarlyOffers {
  private readonly context: Context;
  private readonly leg: LegId;
  private readonly open = new Map<string, SrfResponse>();
  private serial = 0;

  constructor(context: Context, leg: LegId) {
    this.context = context;
    this.leg = leg;
  }

  /** A refresh is answered here, an offer by the session layer; of two in a row the second is put off. */
  receive(update: SrfRequest, response: SrfResponse) {
    const message = readMessage(update.raw);
    if (message === undefined) return respond(response, 400);
    const refusal = refusalOf(message, this.context);
    if (refusal !== undefined) return respond(response, refusal.status, refusal.headers);
    const sdp = sdpOf(message);
    if (sdp === undefined) return respond(response, 200, answerInterval(message.headers, this.context.extensions));
    if (this.open.size > 0) return respond(response, 500, { 'Retry-After': '2' });
    this.serial += 1;
    const offerId = `early-${this.serial}`;
    this.open.set(offerId, response);
    this.context.dispatch({ type: 'sip.offered', leg: this.leg, offerId, method: 'update', sdp });
  }

  /** Whether the offer was one of these. */
  respond(offerId: string, status: number, sdp?: string): boolean {
    const response = this.open.get(offerId);
    if (response === undefined) return false;
    this.open.delete(offerId);
    respond(response, status, sdp === undefined ? {} : { 'Content-Type': 'application/sdp' }, sdp);
    return true;
  }
}
