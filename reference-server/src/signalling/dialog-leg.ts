/** An answered leg: what happens inside its dialog, until one side ends it. */
import type { LegId } from '../session/ids.ts';
import { type Context, respond } from './context.ts';
import { dtmfOf } from './dtmf.ts';
import { readMessage, sdpOf } from './message.ts';
import { allow } from './outbound-invite.ts';
import { refusalOf } from './refusal.ts';
import { answerInterval } from './session-timer.ts';
import type { SrfDialog, SrfRequest, SrfResponse } from './srf.ts';

interface Offer {
  readonly request: SrfRequest;
  readonly response: SrfResponse;
}

export class DialogLeg {
  private readonly context: Context;
  private readonly leg: LegId;
  private readonly dialog: SrfDialog;
  private readonly offers = new Map<string, Offer>();
  private serial = 0;
  /** Our 200 to the INVITE has its ACK; until then no BYE may be sent (RFC 3261 section 15). */
  private confirmed: boolean;
  /** CSeq number of the re-INVITE whose ACK has the answer to an offer of ours. */
  private awaitsAnswer: string | undefined;
  private released: (() => void) | undefined;
  /** A re-INVITE of ours has no final response yet. */
  private offering = false;
  private over = false;
  /** The highest CSeq number so far. */
  private lastNumber = 0;

  constructor(context: Context, leg: LegId, dialog: SrfDialog, confirmed: boolean) {
    this.context = context;
    this.leg = leg;
    this.dialog = dialog;
    this.confirmed = confirmed;
    dialog.on('destroy', (request: SrfRequest, reason: string) => this.ended(request, reason));
    const inOrder = (event: string, take: (request: SrfRequest, response: SrfResponse) => void) =>
      dialog.on(event, (request: SrfRequest, response: SrfResponse) => {
        if (this.isInOrder(request)) take(request, response);
        else respond(response, 500);
      });
    inOrder('modify', (request, response) => this.offered('reInvite', request, response));
    inOrder('update', (request, response) => this.offered('update', request, response));
    inOrder('info', (request, response) => this.info(request, response));
    dialog.on('ack', (request: SrfRequest) => this.acknowledged(request));
    // Without a listener the library says 200 to these.
    for (const method of ['refer', 'message', 'publish', 'subscribe']) {
      dialog.on(method, (_request: SrfRequest, response: SrfResponse) => respond(response, 405, { Allow: allow }));
    }
    // RFC 6665 section 4.1.3: nobody here has subscribed to anything.
    dialog.on('notify', (_request: SrfRequest, response: SrfResponse) => respond(response, 481));
  }

  /** BYE, once it may be sent. The session layer takes the leg as gone from now on. */
  hangup() {
    this.context.forget(this.leg);
    this.released ??= this.context.linger();
    for (const { response } of this.offers.values()) respond(response, 487);
    this.offers.clear();
    if (this.confirmed) this.bye();
  }

  respondOffer(offerId: string, status: number, sdp?: string) {
    const offer = this.offers.get(offerId);
    if (offer === undefined) return;
    this.offers.delete(offerId);
    if (status >= 300) return respond(offer.response, status);
    const asked = sdp !== undefined && offer.request.method === 'INVITE' && !hasSdp(offer.request);
    this.awaitsAnswer = asked ? numberOf(offer.request) : undefined;
    const message = readMessage(offer.request.raw);
    const { contact } = this.dialog.local;
    const headers = {
      ...(contact !== undefined && { Contact: contact }),
      ...(message && answerInterval(message.headers, this.context.extensions)),
      ...(sdp !== undefined && { 'Content-Type': 'application/sdp' }),
    };
    respond(offer.response, status, headers, sdp);
  }

  /**
   * re-INVITE. Not through `modify` of the library, which admits no other after one that was refused, nor through its
   * `request`: while one is under way, the library hands an UPDATE of the dialog to the request instead of the dialog.
   */
  reoffer(sdp: string | undefined) {
    const { context, leg, dialog } = this;
    if (sdp === undefined) return this.reoffered(501);
    // One offer at a time in a dialog, whoever makes it (RFC 3261 section 14.1): as if theirs had crossed ours.
    if (this.offers.size > 0) return this.reoffered(491);
    const { contact } = dialog.local;
    const headers = { 'Content-Type': 'application/sdp', ...(contact !== undefined && { Contact: contact }) };
    const failed = (error: unknown) => {
      this.offering = false;
      context.log.warn({ leg, err: error }, 're-INVITE could not be sent');
      this.reoffered(503);
    };
    this.offering = true;
    const options = { method: 'INVITE', stackDialogId: dialog.id, body: sdp, headers, _socket: dialog.socket };
    try {
      dialog.agent.request(options, (error, request) => {
        if (error || request === undefined) return failed(error);
        request.on('update', (update: SrfRequest, response: SrfResponse) => this.offered('update', update, response));
        request.on('response', (response: SrfResponse, acknowledge: () => void) => {
          if (response.status < 200) return;
          this.offering = false;
          acknowledge();
          const message = readMessage(response.raw);
          this.reoffered(response.status, message && sdpOf(message));
        });
      });
    } catch (error) {
      failed(error);
    }
  }

  lost() {
    this.end('failure');
  }

  /** RFC 3261 section 12.2.2. The embedded engine sees to it itself, a drachtio-server passes on whatever comes. */
  private isInOrder(request: SrfRequest): boolean {
    const number = Number(numberOf(request));
    if (number < this.lastNumber) return false;
    this.lastNumber = number;
    return true;
  }

  private reoffered(status: number, sdp?: string) {
    if (this.over) return;
    this.context.dispatch({ type: 'sip.reoffered', leg: this.leg, status, ...(sdp !== undefined && { sdp }) });
  }

  private bye() {
    if (this.over) return;
    this.over = true;
    this.dialog.destroy({}, (error) => {
      // Mostly because the other side's BYE crossed it.
      if (error) this.context.log.info({ leg: this.leg, err: error }, 'BYE was not sent');
      this.released?.();
    });
  }

  private acknowledged(request: SrfRequest) {
    const first = !this.confirmed;
    this.confirmed = true;
    if (this.released !== undefined) return this.bye();
    // Nearly none has a body.
    const message = request.raw.endsWith('\r\n\r\n') ? undefined : readMessage(request.raw);
    const sdp = message && sdpOf(message);
    // The library tells of an ACK a moment late: one of an earlier re-INVITE may come now (RFC 3261 section 17.1.1.3).
    if (!first && (this.awaitsAnswer === undefined || this.awaitsAnswer !== numberOf(request))) return;
    this.awaitsAnswer = undefined;
    this.context.dispatch({ type: 'sip.confirmed', leg: this.leg, ...(sdp !== undefined && { sdp }) });
  }

  private offered(method: 'reInvite' | 'update', request: SrfRequest, response: SrfResponse) {
    const message = readMessage(request.raw);
    if (this.released !== undefined || message === undefined) return respond(response, 481);
    const refusal = refusalOf(message, this.context);
    if (refusal !== undefined) return respond(response, refusal.status, refusal.headers);
    const sdp = sdpOf(message);
    // RFC 3261 14.2, RFC 3311 5.2: offers that cross are both refused, of two in a row the second is put off.
    if (this.offering && (method === 'reInvite' || sdp !== undefined)) return respond(response, 491);
    if (this.offers.size > 0) return respond(response, 500, { 'Retry-After': '2' });
    this.serial += 1;
    const offerId = String(this.serial);
    this.offers.set(offerId, { request, response });
    this.context.dispatch({ type: 'sip.offered', leg: this.leg, offerId, method, ...(sdp !== undefined && { sdp }) });
  }

  private info(request: SrfRequest, response: SrfResponse) {
    const message = readMessage(request.raw);
    const digit = message && dtmfOf(message);
    if (digit === 'unsupported') {
      return respond(response, 415, { Accept: 'application/dtmf-relay, application/dtmf' });
    }
    respond(response, 200);
    if (digit !== undefined && this.released === undefined) {
      this.context.dispatch({ type: 'sip.dtmf', leg: this.leg, digit });
    }
  }

  private ended(request: SrfRequest, reason: string) {
    if (request.source === 'network') return this.end('bye');
    this.end(/session timer/i.test(reason) ? 'sessionExpired' : 'failure');
  }

  private end(cause: 'bye' | 'sessionExpired' | 'failure') {
    if (this.over) return;
    this.over = true;
    if (this.released !== undefined) return this.released();
    this.context.forget(this.leg);
    this.context.dispatch({ type: 'sip.ended', leg: this.leg, cause });
  }
}

const numberOf = (request: SrfRequest): string => /^\s*(\d+)/.exec(request.get('cseq') ?? '')?.[1] ?? '';

const hasSdp = (request: SrfRequest): boolean => {
  const message = readMessage(request.raw);
  return message !== undefined && sdpOf(message) !== undefined;
};
