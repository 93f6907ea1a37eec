import type { Admission } from './types.ts';

export type OfferState = 'stable' | 'local-offer' | 'remote-offer';

/** 491: both sides began at once. */
const glare: Admission = { ok: false, status: 491, reason: 'Request Pending' };
/** 500 with Retry-After 0–10: the other side began twice. */
const busy: Admission = { ok: false, status: 500, reason: 'Server Internal Error', retryAfter: true };

/**
 * Which INVITE and which offer are open in a dialog, so that none overlaps another.
 * RFC 3261 14, RFC 3264 4, RFC 3311 5, RFC 6337 2.
 */
export class Negotiation {
  offer: OfferState = 'stable';
  invite: 'none' | 'local' | 'remote' = 'none';

  /** We want to send an INVITE: false while another is in progress in either direction. RFC 3261 14.1. */
  sendInvite(): boolean {
    if (this.invite !== 'none') return false;
    this.invite = 'local';
    return true;
  }

  /** An INVITE came inside the dialog. RFC 3261 14.2. */
  receiveInvite(): Admission {
    if (this.invite === 'local') return glare;
    if (this.invite === 'remote') return busy;
    this.invite = 'remote';
    return { ok: true };
  }

  /** The open INVITE has its final response. A failure also takes back an offer that nobody answered. */
  inviteEnded(status: number): void {
    this.invite = 'none';
    if (status >= 300) this.rejected();
  }

  /** We want to send an offer: false while one is open. RFC 3264 4. */
  sendOffer(): boolean {
    if (this.offer !== 'stable') return false;
    this.offer = 'local-offer';
    return true;
  }

  /** An offer came, in whatever message. RFC 3311 5.2, RFC 3262 5. */
  receiveOffer(): Admission {
    if (this.offer === 'local-offer') return glare;
    if (this.offer === 'remote-offer') return busy;
    this.offer = 'remote-offer';
    return { ok: true };
  }

  /** We sent the answer; false when there was no offer to answer. */
  sendAnswer(): boolean {
    if (this.offer !== 'remote-offer') return false;
    this.offer = 'stable';
    return true;
  }

  /** The answer came; false when we offered nothing: then the session description is to be ignored. RFC 3261 13.2.1. */
  receiveAnswer(): boolean {
    if (this.offer !== 'local-offer') return false;
    this.offer = 'stable';
    return true;
  }

  /** The open offer was refused: what held before it holds again. RFC 3261 14.1, RFC 3311 5.1. */
  rejected(): void {
    this.offer = 'stable';
  }
}

/**
 * Milliseconds to wait after a 491 before trying again: 2.1–4 s for the side that chose the Call-ID, 0–2 s for the other,
 * in steps of 10 ms. `random` is from 0 up to 1. RFC 3261 14.1.
 */
export function glareDelay(ownsCallId: boolean, random: number): number {
  const [from, to] = ownsCallId ? [2100, 4000] : [0, 2000];
  const steps = (to - from) / 10 + 1;
  return from + Math.min(Math.floor(random * steps), steps - 1) * 10;
}
