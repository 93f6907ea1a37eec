/** What every leg has at hand. */
import type { LegId } from '../session/ids.ts';
import type { SipEvent } from '../session/ports/sip.ts';
import type { ClockPort, LogPort } from '../session/ports.ts';
import { reasonPhrase } from '../sip/message/index.ts';
import type { Credentials } from './digest.ts';
import type { InviteSettings } from './outbound-invite.ts';
import type { RefusalSettings } from './refusal.ts';
import type { SrfHeaders, SrfResponse } from './srf.ts';

/** Who challenges an INVITE of ours. */
interface AskedFor {
  /** Host of our From: a host of the domain that calls. */
  readonly tenant: string;
  /** Host of the Request-URI. Credentials are for nobody else, whatever realm it claims to be. */
  readonly host: string;
  readonly realm: string;
}

export interface Context extends InviteSettings, RefusalSettings {
  readonly dispatch: (event: SipEvent) => void;
  readonly log: LogPort;
  readonly clock: ClockPort;
  /** What is known for a challenge to a call: see `SignallingOptions`. */
  readonly credentials: (asked: AskedFor) => Credentials | undefined;
  /** Where the first INVITE of a call out is sent. */
  readonly outboundProxy?: { readonly host: string; readonly port: number };
  /** A text that was never used before, for `cnonce`. */
  readonly newNonce: () => string;
  /** The leg is over: no command or event of it has a meaning any more. */
  readonly forget: (leg: LegId) => void;
  /** Counts a SIP exchange that goes on after its leg was forgotten; the result ends it. */
  readonly linger: () => () => void;
}

/** A leg as the session layer commands it. What a leg has no use for in its state does nothing. */
export interface Leg {
  progress(status: 180 | 183, sdp?: string): void;
  answer(sdp: string): void;
  reject(status: number, reason?: string): void;
  cancel(): void;
  hangup(): void;
  respondOffer(offerId: string, status: number, sdp?: string): void;
  reoffer(sdp: string | undefined): void;
  /** The connection to the SIP server is lost, and with it the call. */
  lost(): void;
}

/** Final response with any status: drachtio-srf itself only sends the registered ones. */
export const respond = (response: SrfResponse, status: number, headers: SrfHeaders = {}, body?: string) => {
  const options = { headers, ...(body !== undefined && { body }) };
  try {
    response.send(status, options);
  } catch {
    response.status = status;
    response.reason = reasonPhrase(status);
    response.agent.sendResponse(response, options);
  }
};
