/** A call to somebody for a party who waits: the callee's leg, and what the caller hears of its ringing (D-RING). */
import { openMedia } from '../answering.ts';
import { type CallConnection, callOf } from '../connection.ts';
import type { ConnectionId, LegId, ParticipantId } from '../ids.ts';
import { newParticipant, type Participant } from '../participant.ts';
import type { CallPlan } from '../plan.ts';
import type { OutboundInvite } from '../ports.ts';
import { change, changeParticipant, emit, type Turn } from '../turn.ts';
import { partiesOf, play, put } from './stage.ts';

export interface Order {
  readonly invite: OutboundInvite;
  /** SIP user part of the called party. */
  readonly user: string;
  readonly maxRingSeconds: number;
  readonly plan: CallPlan;
}

/** Silence is no fault before the answer: both legs are watched from then on. */
const unwatched = 0;

export const newConnection = (
  turn: Turn,
  participants: CallConnection['participants'],
  stage: CallConnection['stage'],
  plan: CallPlan,
): CallConnection => {
  const id = turn.world.ids.uuid() as ConnectionId;
  return put(turn, {
    id,
    kind: 'call',
    participants,
    stage,
    plan,
    ringing: false,
    jobs: [],
    rounds: [],
    recordings: 0,
  });
};

export const dial = (turn: Turn, caller: Participant, { invite, user, maxRingSeconds, plan }: Order) => {
  const callee = newParticipant({
    id: turn.world.ids.uuid() as ParticipantId,
    leg: turn.world.ids.uuid() as LegId,
    role: 'callee',
    state: 'preparing',
    user,
    remoteUser: caller.user,
    invite,
    maxRingSeconds,
    media: 'opening',
  });
  change(turn, { participants: new Map(turn.session.participants).set(callee.id, callee) });
  changeParticipant(turn, caller.id, { toIvr: false, cause: undefined });
  newConnection(turn, [caller.id, callee.id], 'dialling', plan);
  // Without a tone to be heard the caller's media can wait: no RTP is due to anybody who has no SDP of ours (RFC 3264).
  if (caller.state === 'incoming' && plan.ringback !== undefined) openMedia(turn, caller, unwatched);
  emit(turn, { type: 'media.open', leg: callee.leg, request: { rtpTimeoutSeconds: unwatched, near: caller.leg } });
};

/** The callee rings. */
export const ringing = (turn: Turn, callee: Participant) => {
  const connection = callOf(turn.session, callee.id);
  if (connection === undefined || connection.stage !== 'dialling' || connection.ringing) return;
  tellCaller(turn, put(turn, { ...connection, ringing: true }));
};

/**
 * 180, or early media: an offer of ours in a 183 would want an answer that a caller without an offer cannot give before
 * the ACK, so that one hears of it by a 180 (RFC 3261 section 13.2.1).
 */
export const tellCaller = (turn: Turn, connection: CallConnection) => {
  const parties = partiesOf(turn, connection);
  if (parties === undefined) return;
  const { caller } = parties;
  const { ringback } = connection.plan;
  if (caller.state !== 'incoming') {
    if (ringback !== undefined) play(turn, connection, caller, ringback, true);
    return;
  }
  if (ringback === undefined || turn.session.inbound?.sdp === undefined) {
    return emit(turn, { type: 'sip.progress', leg: caller.leg, status: 180 });
  }
  if (caller.localSdp === undefined) return;
  emit(turn, { type: 'sip.progress', leg: caller.leg, status: 183, sdp: caller.localSdp });
  play(turn, connection, caller, ringback, true);
};
