/** A call to somebody for a party who waits: the callee's leg, and what the caller hears of its ringing (D-RING). */
import { openMedia } from '../answering.ts';
import { type CallConnection, callOf } from '../connection.ts';
import type { ConnectionId, LegId, ParticipantId } from '../ids.ts';
import { newParticipant, type Participant } from '../participant.ts';
import type { CallPlan } from '../plan.ts';
import type { OutboundInvite, SipEvent } from '../ports/sip.ts';
import { change, changeParticipant, emit, type Turn } from '../turn.ts';
import { join, partiesOf, play, put } from './stage.ts';

export interface Order {
  /** Of the called party, where it has one already. */
  readonly id?: ParticipantId;
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
    early: false,
    joined: false,
    jobs: [],
    rounds: [],
    recordings: 0,
  });
};

export const dial = (turn: Turn, caller: Participant, { id, invite, user, maxRingSeconds, plan }: Order) => {
  const callee = newParticipant({
    id: id ?? (turn.world.ids.uuid() as ParticipantId),
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
  // The callee is not called before the caller's offer has proved usable.
  if (caller.state === 'incoming') openMedia(turn, caller, unwatched);
  emit(turn, { type: 'media.open', leg: callee.leg, request: { rtpTimeoutSeconds: unwatched, near: caller.leg } });
};

/** The callee rings, or sends something that the caller is to hear before the answer (D-RING, D-EARLY). */
export const ringing = (turn: Turn, callee: Participant, event: Extract<SipEvent, { type: 'sip.progress' }>) => {
  const connection = callOf(turn.session, callee.id);
  if (connection === undefined || connection.stage !== 'dialling') return;
  const heard = event.sdp !== undefined && connection.plan.early;
  if (heard && event.sdp !== callee.earlySdp) takeEarly(turn, callee, event.sdp, event.source);
  if (connection.ringing && (connection.early || !heard)) return;
  tellCaller(turn, put(turn, { ...connection, ringing: true, early: heard }));
};

/** Of several early dialogs the one that spoke last is heard. */
const takeEarly = (turn: Turn, { id, leg }: Participant, sdp: string | undefined, source: string | undefined) => {
  if (sdp === undefined) return;
  changeParticipant(turn, id, { earlySdp: sdp });
  emit(turn, { type: 'media.accept', leg, answer: sdp, source });
};

/**
 * 180, or early media: an offer of ours in a 183 would want an answer that a caller without an offer cannot give before
 * the ACK, so that one hears of it by a 180 (RFC 3261 section 13.2.1).
 */
const tellCaller = (turn: Turn, connection: CallConnection) => {
  const parties = partiesOf(turn, connection);
  if (parties === undefined) return;
  const { caller, callee } = parties;
  const { early, plan } = connection;
  if (caller.state === 'incoming') {
    const { leg, localSdp: sdp } = caller;
    if (turn.session.inbound?.sdp === undefined || sdp === undefined || (plan.ringback === undefined && !early)) {
      return emit(turn, { type: 'sip.progress', leg, status: 180 });
    }
    changeParticipant(turn, caller.id, { described: true });
    emit(turn, { type: 'sip.progress', leg, status: 183, sdp }, { type: 'media.start', leg });
  }
  if (plan.ringback !== undefined) play(turn, connection, caller, plan.ringback, true);
  else if (early) join(turn, connection, caller, callee);
};
