/** A party of a session: one SIP leg, its media endpoint and, while the IVR serves it, the state of its IVR loop. */
import type { CallId, ConnectionId, LegId, ParticipantId } from './ids.ts';
import type { Ivr } from './ivr/state.ts';
import type { CallPlan } from './plan.ts';
import type { Direction } from './ports/media.ts';
import type { OutboundInvite } from './ports/sip.ts';
import type { EndReason } from './reason.ts';
import type { Device, FarEnd } from './remote/device.ts';

/**
 * Where the SIP leg is. Inbound: incoming → answering (200 sent) → confirmed (ACK). Outbound: preparing (media opens,
 * nothing sent) → calling → confirmed, or cancelling until the far end has taken note. A leg that is over is no
 * participant any more.
 */
export type LegState = 'incoming' | 'answering' | 'preparing' | 'calling' | 'cancelling' | 'confirmed';

export interface Participant {
  readonly id: ParticipantId;
  readonly leg: LegId;
  /** How it came in; in a connection the order of the parties tells who called. */
  readonly role: 'caller' | 'callee' | 'monitor';
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
  readonly media: 'none' | 'opening' | 'open';
  /** RTP is watched for; not before the call is answered. */
  readonly watched: boolean;
  /** To the IVR as soon as the leg is answered. */
  readonly toIvr: boolean;
  /** Counts the questions about it: the answer to any but the last has no effect (D-LATE). */
  readonly asked: number;
  /** Why its counterpart went: what the session ends for when it goes too. */
  readonly cause: EndReason | undefined;
  /** It is to be connected with a participant of another session, who is asked for. */
  readonly connecting: { readonly plan: CallPlan; readonly asked: 'newCall' | 'callEvent' } | undefined;
  /** The device that its RTP goes to, and what the device has to know of it, once it is known. */
  readonly device: (Device & { readonly far: FarEnd | undefined }) | undefined;
  /** The connection that a monitor listens to. */
  readonly monitors: ConnectionId | undefined;
  /** What the far end's last description said; anything but sendrecv is a kind of hold. */
  readonly direction: Direction;
  /** What our last offer that was taken said: the kind of hold that the far end is told of. */
  readonly told: Direction;
  /** The far end asked for an offer of ours and has none yet (RFC 3261 section 14.2). */
  readonly offerDue: string | undefined;
  /** Its offer inside the dialog that media works on. */
  readonly updating: string | undefined;
  /** Its offer was answered in a 183: the 200 can say nothing else (RFC 3261 section 13.2.1). */
  readonly described: boolean;
  /** The device that its RTP goes to as soon as it has answered. */
  readonly deviceNext: Device | undefined;
  /** SDP of the last 18x that was taken as the answer. */
  readonly earlySdp: string | undefined;
  /** Our re-INVITE on this leg, with the direction it wants; `next` replaces it when it is done. */
  readonly reoffer: Reoffer | undefined;
}

export interface Reoffer {
  readonly direction: Direction;
  /** overtaken: sent, and whatever it gets, one that leads to a device follows. */
  readonly state: 'offering' | 'sent' | 'delayed' | 'overtaken';
  readonly next: Direction | undefined;
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
  media: 'none',
  watched: false,
  toIvr: false,
  asked: 0,
  cause: undefined,
  connecting: undefined,
  device: undefined,
  monitors: undefined,
  direction: 'sendrecv',
  told: 'sendrecv',
  offerDue: undefined,
  described: false,
  deviceNext: undefined,
  updating: undefined,
  earlySdp: undefined,
  reoffer: undefined,
  ...given,
});
