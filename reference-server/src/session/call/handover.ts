/**
 * A participant who waits in one session is connected by another: it moves there with its leg and media, and the session
 * that it leaves ends when nobody is left in it (D-CONNECT).
 */
import { notCarriedOut as callEventFault } from '../call-event.ts';
import type { SessionEvent } from '../events.ts';
import { anybody, finish, forgetParticipant, letGo } from '../finish.ts';
import { notCarriedOut as newCallFault } from '../inbound.ts';
import { change, changeParticipant, emit, type Turn } from '../turn.ts';
import { connectParties } from './connect.ts';
import { dial } from './dial.ts';
import { isWaiting, takeFromIvr } from './waiting.ts';

/** The other session asks: the participant goes, if it waits. */
export const askedFor = (turn: Turn, event: Extract<SessionEvent, { type: 'asked for' }>) => {
  const { by: to, for: whom } = event;
  const participant = turn.session.participants.get(event.participant);
  const waits = participant !== undefined && isWaiting(turn.session, participant);
  const free = waits ? takeFromIvr(turn, participant) : undefined;
  emit(turn, { type: 'hand over', participant: free, to, for: whom });
  if (free === undefined) return;
  forgetParticipant(turn, free);
  if (!anybody(turn.session)) finish(turn, 'completed');
};

/** The answer: the participant, or nobody. */
export const handedOver = (turn: Turn, event: Extract<SessionEvent, { type: 'handed over' }>) => {
  const { participant: other } = event;
  const participant = turn.session.participants.get(event.for);
  const connecting = participant?.connecting;
  const free = participant && changeParticipant(turn, participant.id, { connecting: undefined });
  if (other === undefined) {
    const fault = { problem: 'nobody of the domain waits under that participantId' };
    if (free === undefined || connecting === undefined) return;
    if (connecting.asked === 'callEvent') callEventFault(turn, free, fault);
    else newCallFault(turn, free, fault);
    return;
  }
  if (free === undefined || connecting === undefined || turn.session.ending !== undefined) {
    return emit(turn, ...letGo(other));
  }
  change(turn, { participants: new Map(turn.session.participants).set(other.id, other) });
  connectParties(turn, free, other, connecting.plan);
};

/** It waits on another node: a call there takes it out of its session, and stands for it here under its own id. */
export const foundElsewhere = (turn: Turn, event: Extract<SessionEvent, { type: 'found elsewhere' }>) => {
  const { domain, traceId, ending } = turn.session;
  const participant = turn.session.participants.get(event.for);
  const connecting = participant?.connecting;
  const free = participant && changeParticipant(turn, participant.id, { connecting: undefined });
  if (free === undefined || connecting === undefined || ending !== undefined) return;
  const { uri, user } = event.where;
  dial(turn, free, {
    id: event.participant,
    invite: { uri, fromUser: free.user, fromHost: domain.sipHost, private: false, headers: [], traceId },
    user,
    maxRingSeconds: domain.maxRingSeconds,
    plan: connecting.plan,
  });
};
