/** A party goes: the other one is asked for by callEvent, or given up with it (D-EVENT). */
import { type CallEvent, callEventBody } from '../bodies.ts';
import { type CallConnection, callOf, counterpart } from '../connection.ts';
import { anybody, dismiss, dissolve, finish, remove } from '../finish.ts';
import { ask } from '../messages.ts';
import type { Participant } from '../participant.ts';
import type { EndReason } from '../reason.ts';
import { changeParticipant, type Turn } from '../turn.ts';

/** The status of a call that could not be connected to the emergency fallback (D-FALLBACK). */
const fallbackFailed = 480;

interface Departure {
  readonly how: 'Drop' | 'Failure';
  /** What the session ends for when nobody is left. */
  readonly reason: EndReason;
  /** The leg is over already, or we end it. */
  readonly leg: 'over' | 'to be ended';
  /** Of the final response to a caller who has no answer yet. */
  readonly status?: number;
}

export const gone = (turn: Turn, participant: Participant, { how, reason, leg, status }: Departure) => {
  const connection = callOf(turn.session, participant.id);
  const other = counterpart(turn.session, participant.id);
  if (connection !== undefined) dissolve(turn, connection);
  if (leg === 'over') remove(turn, participant);
  else dismiss(turn, participant, status);
  if (turn.session.ending !== undefined || participant.role === 'monitor') return;
  if (connection !== undefined && other !== undefined) abandoned(turn, connection, participant, other, how, reason);
  if (!anybody(turn.session)) finish(turn, participant.cause ?? reason);
};

const abandoned = (
  turn: Turn,
  connection: CallConnection,
  participant: Participant,
  other: Participant,
  how: Departure['how'],
  reason: EndReason,
) => {
  const calling = connection.participants[0] === participant.id;
  // A callee who only rings was called for the caller's sake.
  if (other.state === 'preparing' || other.state === 'calling' || other.state === 'cancelling') {
    return dismiss(turn, other);
  }
  if (connection.plan.fallback && other.state === 'incoming') return finish(turn, 'error', fallbackFailed);
  const event = `${calling ? 'callingParty' : 'calledParty'}${how}` as const;
  askAbout(turn, connection, { event, cause: participant, other, about: other });
  changeParticipant(turn, other.id, { cause: reason });
};

export interface Happening {
  readonly event: CallEvent;
  /** Who it happened to, and who is at the other side. */
  readonly cause: Participant;
  readonly other: Participant;
  /** Whom the answer is for. */
  readonly about: Participant;
}

export const askAbout = (turn: Turn, { id }: CallConnection, { event, cause, other, about }: Happening) => {
  const body = callEventBody(turn.session, event, id, cause, other, turn.world.node);
  ask(turn, 'callEvent', body, about.id, { participant: about.id });
};
