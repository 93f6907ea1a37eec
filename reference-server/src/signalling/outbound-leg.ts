/** A leg that goes out: the INVITE, its progress, and CANCEL against the answer that crosses it (D-RING). */
import type { CallId, LegId } from '../session/ids.ts';
import type { OutboundInvite } from '../session/ports/sip.ts';
import { type Headers, parseUri } from '../sip/message/index.ts';
import { Challenged } from './challenged.ts';
import type { Context, Leg } from './context.ts';
import { DialogLeg } from './dialog-leg.ts';
import { EarlyOffers } from './early-offers.ts';
import { readMessage, sdpOf } from './message.ts';
import { inviteHeaders, proxyFor } from './outbound-invite.ts';
import { afterTooSmall, askedInterval } from './session-timer.ts';
import type { SrfApp, SrfDialog, SrfHeaders, SrfRequest, SrfResponse } from './srf.ts';

/** How long the far end may take to end a cancelled INVITE: 64 × T1 (RFC 3261 section 9.1). */
const cancelWait = 32_000;

interface Failure {
  readonly status?: number;
  readonly reason?: string;
  readonly res?: SrfResponse;
}

const tagOf = (response: SrfResponse): string => /;\s*tag=([^;\s]+)/i.exec(response.get('to') ?? '')?.[1] ?? '';

const hostOf = (uri: string): string => {
  const parsed = parseUri(uri);
  return parsed !== undefined && (parsed.scheme === 'sip' || parsed.scheme === 'sips') ? parsed.host : '';
};

export class OutboundLeg implements Leg {
  private readonly context: Context;
  private readonly id: LegId;
  private readonly srf: SrfApp;
  private readonly invite: OutboundInvite;
  private request: SrfRequest | undefined;
  private dialog: DialogLeg | undefined;
  private sessionExpires: number;
  private readonly challenged: Challenged;
  /** What each early dialog answered, by the tag of its To (RFC 3261 section 12.1). */
  private readonly answers = new Map<string, string>();
  private readonly offers: EarlyOffers;
  private cancelling = false;
  private over = false;
  private stopWaiting: (() => void) | undefined;
  private released: (() => void) | undefined;

  constructor(context: Context, id: LegId, srf: SrfApp, invite: OutboundInvite) {
    this.context = context;
    this.id = id;
    this.srf = srf;
    this.invite = invite;
    this.sessionExpires = context.sessionExpires;
    this.challenged = new Challenged({
      credentials: (realm) => context.credentials({ tenant: invite.fromHost, host: hostOf(invite.uri), realm }),
      newNonce: context.newNonce,
    });
    this.offers = new EarlyOffers(context, id);
  }

  start() {
    this.send();
  }

  cancel() {
    if (this.cancelling || this.over || this.dialog !== undefined) return;
    this.cancelling = true;
    this.stopWaiting = this.context.clock.after(cancelWait, () => this.unanswered());
    this.sendCancel();
  }

  hangup() {
    this.dialog?.hangup();
    if (this.dialog === undefined) this.cancel();
  }

  respondOffer(offerId: string, status: number, sdp?: string) {
    if (this.offers.respond(offerId, status, sdp)) return;
    this.dialog?.respondOffer(offerId, status, sdp);
  }

  reoffer(sdp: string | undefined) {
    this.dialog?.reoffer(sdp);
  }

  lost() {
    if (this.dialog !== undefined) return this.dialog.lost();
    this.finish({ status: 503, reason: 'connection to the SIP server lost' });
  }

  /** Outbound calls make no progress and give no answers of ours. */
  progress() {}
  answer() {}
  reject() {}

  private send(again: SrfHeaders = {}) {
    try {
      this.invited(again);
    } catch (error) {
      // The library throws when its connection is gone and it has not said so yet.
      this.context.log.warn({ leg: this.id, err: error }, 'INVITE could not be sent');
      queueMicrotask(() => this.finish({}));
    }
  }

  private invited(again: SrfHeaders) {
    const { srf, invite, context, sessionExpires } = this;
    const { traceHeader, extensions } = context;
    const plain = inviteHeaders(invite, { traceHeader, sessionExpires, extensions });
    const headers = { ...plain, ...again };
    this.request = undefined;
    const options = {
      headers,
      ...(invite.sdp !== undefined && { localSdp: invite.sdp }),
      ...(context.outboundProxy && { proxy: proxyFor(invite.uri, context.outboundProxy) }),
    };
    const on = {
      cbRequest: (error: unknown, request?: SrfRequest) => {
        if (error || request === undefined) return;
        this.request = request;
        // The library answers with the offer of the INVITE, by a listener that it adds after this call.
        queueMicrotask(() => {
          request.removeAllListeners('update');
          request.on('update', (update: SrfRequest, answer: SrfResponse) => this.offers.receive(update, answer));
        });
        if (this.cancelling) this.sendCancel();
      },
      cbProvisional: (response: SrfResponse) => this.provisional(response),
    };
    srf.createUAC(invite.uri, options, on, (error, dialog) => {
      if (dialog !== undefined) this.answered(dialog);
      else this.refused(error as Failure);
    });
  }

  private sendCancel() {
    this.request?.cancel((error) => {
      // Mostly because the final response crossed it.
      if (error) this.context.log.info({ leg: this.id, err: error }, 'CANCEL was not sent');
    });
  }

  private provisional(response: SrfResponse) {
    if (this.over || this.cancelling || response.status === 100) return;
    const message = readMessage(response.raw);
    const sdp = message && sdpOf(message);
    if (sdp !== undefined) this.answers.set(tagOf(response), sdp);
    this.context.dispatch({
      type: 'sip.progress',
      leg: this.id,
      sipCallId: (response.get('call-id') ?? '') as CallId,
      status: response.status,
      ...(sdp !== undefined && { sdp }),
      source: response.source_address,
    });
  }

  private answered(dialog: SrfDialog) {
    this.dialog = new DialogLeg(this.context, this.id, dialog, true);
    if (this.cancelling || this.over) {
      // The 200 crossed the CANCEL: it has its ACK, now comes the BYE (RFC 3261 section 9.1).
      this.dialog.hangup();
      this.released?.();
      return this.finish({ status: 487, reason: 'answered after CANCEL' });
    }
    const message = readMessage(dialog.res.raw);
    const sdp = (message && sdpOf(message)) ?? this.answers.get(tagOf(dialog.res));
    const expires = message && askedInterval(message.headers);
    this.context.dispatch({
      type: 'sip.answered',
      leg: this.id,
      sipCallId: dialog.sip.callId as CallId,
      ...(sdp !== undefined && { sdp }),
      ...(expires !== undefined && { expires }),
      source: dialog.res.source_address,
    });
  }

  private refused(failure: Failure) {
    const response = failure.res && readMessage(failure.res.raw);
    if (response !== undefined && !this.cancelling && !this.over) {
      if (failure.status === 422) {
        const longer = afterTooSmall(response.headers, this.sessionExpires);
        if (longer !== undefined) {
          this.sessionExpires = longer;
          return this.send();
        }
      }
      if (failure.status === 401 || failure.status === 407) {
        const again = this.withCredentials(response.headers);
        if (again !== undefined) return this.send(again);
      }
    }
    this.released?.();
    this.finish(failure);
  }

  /** What the INVITE has that is sent again: the same call, the next number (RFC 3261 section 22.3 and 8.1.3.5). */
  private withCredentials(response: Headers): SrfHeaders | undefined {
    const number = Number.parseInt(response.get('CSeq') ?? '', 10);
    const [from, callId] = [response.get('From'), response.get('Call-ID')];
    if (Number.isNaN(number) || from === undefined || callId === undefined) return undefined;
    if (!this.challenged.take(response)) return undefined;
    const credentials = this.challenged.headers('INVITE', this.invite.uri);
    return { ...credentials, From: from, 'Call-ID': callId, CSeq: `${number + 1} INVITE` };
  }

  private finish({ status, reason }: Failure) {
    if (this.over) return;
    this.over = true;
    this.stopWaiting?.();
    this.context.forget(this.id);
    this.context.dispatch({ type: 'sip.failed', leg: this.id, status: status ?? 503, reason: reason ?? 'not sent' });
  }

  /** Nobody ends the INVITE. It may still be answered; then it is hung up. */
  private unanswered() {
    if (this.over) return;
    this.over = true;
    this.released = this.context.linger();
    this.context.forget(this.id);
    this.context.dispatch({ type: 'sip.cancelFailed', leg: this.id });
  }
}
