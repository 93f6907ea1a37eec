/** A leg that goes out: the INVITE, its progress, and CANCEL against the answer that crosses it (D-RING). */
import type { CallId, LegId } from '../session/ids.ts';
import type { OutboundInvite } from '../session/ports.ts';
import type { Context, Leg } from './context.ts';
import { DialogLeg } from './dialog-leg.ts';
import { readMessage, sdpOf } from './message.ts';
import { inviteHeaders } from './outbound-invite.ts';
import { afterTooSmall, askedInterval } from './session-timer.ts';
import type { SrfApp, SrfDialog, SrfRequest, SrfResponse } from './srf.ts';

/** How long the far end may take to end a cancelled INVITE: 64 × T1 (RFC 3261 section 9.1). */
const cancelWait = 32_000;

interface Failure {
  readonly status?: number;
  readonly reason?: string;
  readonly res?: SrfResponse;
}

export class OutboundLeg implements Leg {
  private readonly context: Context;
  private readonly id: LegId;
  private readonly srf: SrfApp;
  private readonly invite: OutboundInvite;
  private request: SrfRequest | undefined;
  private dialog: DialogLeg | undefined;
  private cancelling = false;
  private over = false;
  private stopWaiting: (() => void) | undefined;
  private released: (() => void) | undefined;

  constructor(context: Context, id: LegId, srf: SrfApp, invite: OutboundInvite) {
    this.context = context;
    this.id = id;
    this.srf = srf;
    this.invite = invite;
  }

  start() {
    try {
      this.send(this.context.sessionExpires);
    } catch (error) {
      // The library throws when its connection is gone and it has not said so yet.
      this.context.log.warn({ leg: this.id, err: error }, 'INVITE could not be sent');
      queueMicrotask(() => this.finish({}));
    }
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

  private send(sessionExpires: number) {
    const { srf, invite, context } = this;
    const headers = inviteHeaders(invite, { traceHeader: context.traceHeader, sessionExpires });
    const options = { headers, ...(invite.sdp !== undefined && { localSdp: invite.sdp }) };
    const on = {
      cbRequest: (error: unknown, request?: SrfRequest) => {
        if (error || request === undefined) return;
        this.request = request;
        if (this.cancelling) this.sendCancel();
      },
      cbProvisional: (response: SrfResponse) => this.provisional(response),
    };
    srf.createUAC(invite.uri, options, on, (error, dialog) => {
      if (dialog !== undefined) this.answered(dialog);
      else this.refused(error as Failure, sessionExpires);
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
    this.context.dispatch({
      type: 'sip.progress',
      leg: this.id,
      sipCallId: (response.get('call-id') ?? '') as CallId,
      status: response.status,
      ...(sdp !== undefined && { sdp }),
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
    const sdp = message && sdpOf(message);
    const expires = message && askedInterval(message.headers);
    this.context.dispatch({
      type: 'sip.answered',
      leg: this.id,
      sipCallId: dialog.sip.callId as CallId,
      ...(sdp !== undefined && { sdp }),
      ...(expires !== undefined && { expires }),
    });
  }

  private refused(failure: Failure, tried: number) {
    const response = failure.res && readMessage(failure.res.raw);
    const longer = failure.status === 422 && response ? afterTooSmall(response.headers, tried) : undefined;
    if (longer !== undefined && !this.cancelling && !this.over) return this.send(longer);
    this.released?.();
    this.finish(failure);
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
