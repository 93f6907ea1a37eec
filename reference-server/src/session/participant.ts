/** A party of a session: one SIP leg, its media endpoint and, while the IVR serves it, the state of its IVR loop. */
import type { CallId, LegId, ParticipantId } from './ids.ts';
import type { Ivr } from './ivr/state.ts';
import type { OutboundInvite } from './ports.ts';

/**
 * Where the SIP leg is. Inbound: incoming → answering (200 sent) → confirmed (ACK). Outbound: preparing (media opens,
 * nothing sent) → calling → confirmed, or cancelling until the far end has taken note. A leg that is over is no
 * participant any more.
 */
export type LegState = 'incoming' | 'answering' | 'preparing' | 'calling' | 'cancelling' | 'confirmed';

export interface Participant {
  readonly id: ParticipantId;
  readonly leg: LegId;
  readonly role: 'caller' | 'callee';
  readonly state: LegState;
  /** SIP user part of this party. */
  readonly user: string;
  /** SIP user part of what it talks to: the number dialled, or the number shown to it. */
  readonly remoteUser: string;
  readonly sipCallId: CallId | undefined;
  /** Session interval of the leg in seconds (RFC 4028). */
  readonly expires: number | undefined;
  /** What was last sent as our side's SDP: the offer of a re-INVITE that brings none. */
  readonly localSdp: string | undefined;
  /** Our offer is out and its answer not in (late offer, RFC 3261 section 13.2.1). */
  readonly awaitsAnswer: boolean;
  /** The ringing of this leg was told (D-ANSWER: once). */
  readonly ringingTold: boolean;
  /** The INVITE to send when the media endpoint is open. */
  readonly invite: OutboundInvite | undefined;
  readonly maxRingSeconds: number;
  readonly ivr: Ivr | undefined;
}

export const newParticipant = (
  given: Pick<Participant, 'id' | 'leg' | 'role' | 'state' | 'user' | 'remoteUser'> & Partial<Participant>,
): Participant => ({
  sipCallId: undefined,
  expires: undefined,
  localSdp: undefined,
  awaitsAnswer: false,
  ringingTold: false,
  invite: undefined,
  maxRingSeconds: 0,
  ivr: undefined,
  ...given,
});
