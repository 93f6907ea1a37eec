/** Signalling of the legs: what the session layer commands, and what it is told. */

import type { CallId, Digit, LegId, TraceId } from '../ids.ts';

/** Header names in lower case; an array where a header occurs several times (D-NEWCALL). */
export type HeaderMap = Readonly<Record<string, string | readonly string[]>>;

export interface SipIdentity {
  /** User part of the URI, percent-decoded; "" when the URI has none. */
  readonly user: string;
  readonly host: string;
  readonly displayName?: string;
}

/** What an INVITE from outside says, in the terms of the newCall callback (D-NEWCALL). */
export interface InboundCall {
  readonly leg: LegId;
  readonly sipCallId: CallId;
  /** Request-URI: `user` becomes calledParty, `host` finds the domain (D-DOMAIN). */
  readonly requestUri: string;
  readonly called: SipIdentity;
  readonly from: SipIdentity;
  /** P-Asserted-Identity, the first SIP or tel URI in it. */
  readonly asserted?: SipIdentity;
  /** Privacy has id, user or header, or From is anonymous. */
  readonly private: boolean;
  readonly subject?: string;
  readonly referredBy?: string;
  readonly diversion: readonly string[];
  readonly xHeaders: HeaderMap;
  readonly pHeaders: HeaderMap;
  /** IP address the packet came from. */
  readonly sourceAddress: string;
  /** Trace id found in the INVITE; the host adopts it for trusted peers only (D-ID). */
  readonly traceId?: string;
  /** SDP offer; absent for a late offer. */
  readonly sdp?: string;
  /** Negotiated session interval of this leg in seconds (RFC 4028), when there is one. */
  readonly expires?: number;
}

/** Values for an INVITE that the service sends (D-HEADERS). Already checked: no CR, LF or NUL anywhere. */
export interface OutboundInvite {
  /** Request-URI, a SIP or SIPS URI. */
  readonly uri: string;
  readonly sdp?: string;
  readonly fromUser: string;
  readonly fromDisplayName?: string;
  readonly fromHost: string;
  readonly toUser?: string;
  readonly assertedUser?: string;
  readonly remotePartyIdUser?: string;
  readonly diversionUser?: string;
  readonly diversionParameters?: Readonly<Record<string, string>>;
  readonly contactParameters?: Readonly<Record<string, string>>;
  readonly contactUserParameters?: Readonly<Record<string, string>>;
  /** RFC 3323: anonymous From and `Privacy: id`, P-Asserted-Identity kept. */
  readonly private: boolean;
  /** X- and P- headers, canonical case, one entry per header line. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly traceId: TraceId;
}

/** Signalling of the legs. A command for a leg that is gone does nothing. */
export interface SipPort {
  /** 18x on an inbound leg; with SDP it is early media. */
  progress(leg: LegId, status: 180 | 183, sdp?: string): void;
  /** 200 to an inbound INVITE; `sip.confirmed` follows with the ACK. */
  answer(leg: LegId, sdp: string): void;
  /** Final failure to an inbound INVITE. */
  reject(leg: LegId, status: number, reason?: string): void;
  /** New outbound leg; `sip.progress`, then `sip.answered` or `sip.failed` follow. */
  invite(leg: LegId, invite: OutboundInvite): void;
  /** CANCEL of an outbound leg; `sip.failed` (487) follows, or `sip.cancelFailed` after 32 s. A 200 that crosses is acknowledged and ended. */
  cancel(leg: LegId): void;
  /** BYE on an answered leg. */
  hangup(leg: LegId): void;
  /** Answers a `sip.offered`. */
  respondOffer(leg: LegId, offerId: string, status: number, sdp?: string): void;
  /** re-INVITE from our side; `sip.reoffered` follows. */
  reoffer(leg: LegId, sdp: string | undefined): void;
}

export type SipEvent =
  | { readonly type: 'sip.incoming'; readonly call: InboundCall }
  /** First and later 18x of an outbound leg; callNotify `ringing` tells its Call-ID. */
  | {
      readonly type: 'sip.progress';
      readonly leg: LegId;
      readonly sipCallId?: CallId;
      readonly status: number;
      /** Early media, of whichever early dialog the response belongs to. */
      readonly sdp?: string;
      /** IP address that the response came from. */
      readonly source?: string;
    }
  | {
      readonly type: 'sip.answered';
      readonly leg: LegId;
      readonly sipCallId: CallId;
      /** Of the 200, or where that has none, of the last 18x of its early dialog (RFC 3261 section 13.2.1). */
      readonly sdp?: string;
      readonly expires?: number;
      readonly source?: string;
    }
  /** Final failure of an outbound leg; status 408 when nobody answered at all. */
  | { readonly type: 'sip.failed'; readonly leg: LegId; readonly status: number; readonly reason: string }
  /** ACK for our 200 arrived, to a re-INVITE too when it brings `sdp`; `sdp` when the offer was ours (late offer). */
  | { readonly type: 'sip.confirmed'; readonly leg: LegId; readonly sdp?: string; readonly expires?: number }
  /** CANCEL by the caller before the answer. */
  | { readonly type: 'sip.cancelled'; readonly leg: LegId }
  | { readonly type: 'sip.cancelFailed'; readonly leg: LegId }
  /** The leg is over: BYE from the far end, session timer, or no ACK / transport failure. */
  | { readonly type: 'sip.ended'; readonly leg: LegId; readonly cause: 'bye' | 'sessionExpired' | 'failure' }
  /** SIP INFO with application/dtmf-relay or application/dtmf. */
  | { readonly type: 'sip.dtmf'; readonly leg: LegId; readonly digit: Digit }
  | {
      readonly type: 'sip.offered';
      readonly leg: LegId;
      readonly offerId: string;
      readonly method: 'reInvite' | 'update';
      readonly sdp?: string;
    }
  | { readonly type: 'sip.reoffered'; readonly leg: LegId; readonly status: number; readonly sdp?: string };
