/** How a participant leaves and how a session ends (D-DONE): every way out goes through here. */
import { sessionCompletedBody } from './bodies.ts';
import type { Effect } from './events.ts';
import type { ParticipantId } from './ids.ts';
import { dropQuestions, tellLast } from './messages.ts';
import { isClosed } from './outbox.ts';
import type { Participant } from './participant.ts';
import type { EndReason, Session } from './session.ts';
import { change, changeParticipant, clearTimer, emit, type Turn } from './turn.ts';

/** The leg is over: its media port and timers go with it. */
export const remove = (turn: Turn, participant: Participant) => {
  const participants = new Map(turn.session.participants);
  if (!participants.delete(participant.id)) return;
  const connections = new Map(
    [...turn.session.connections].filter(([, connection]) => !connection.participants.includes(participant.id)),
  );
  change(turn, { participants, connections });
  release(turn, participant);
  clearTimer(turn, `ring/${participant.leg}`);
};

const release = (turn: Turn, participant: Participant) => {
  clearTimer(turn, `collect/${participant.id}`);
  clearTimer(turn, `command/${participant.id}`);
  emit(turn, { type: 'media.close', leg: participant.leg });
};

/**
 * Ends the participant's leg: a final response, CANCEL or BYE, whichever its state wants. A cancelled leg stays until
 * the far end took note, so that a failed CANCEL can still be told.
 */
export const dismiss = (turn: Turn, participant: Participant, status = 480) => {
  const { leg } = participant;
  switch (participant.state) {
    case 'incoming':
      emit(turn, { type: 'sip.reject', leg, status });
      return remove(turn, participant);
    case 'answering':
    case 'confirmed':
      emit(turn, { type: 'sip.hangup', leg });
      return remove(turn, participant);
    case 'preparing':
      return remove(turn, participant);
    case 'calling':
      emit(turn, { type: 'sip.cancel', leg });
      clearTimer(turn, `ring/${leg}`);
      release(turn, participant);
      changeParticipant(turn, participant.id, { state: 'cancelling', ivr: undefined });
      return;
    case 'cancelling':
      return;
    default:
      return participant.state satisfies never;
  }
};

/** The session ends for `reason`, unless it is ending already. `status` answers a call that has no answer yet. */
export const finish = (turn: Turn, reason: EndReason, status?: number) => {
  if (turn.session.ending !== undefined) return;
  change(turn, { ending: { reason, at: turn.world.now } });
  dropQuestions(turn);
  for (const participant of turn.session.participants.values()) dismiss(turn, participant, status);
};

/** After each step: once the last leg of an ending session is gone, sessionCompleted closes it. */
export const conclude = (turn: Turn) => {
  const { session, world } = turn;
  if (session.ending === undefined || session.participants.size > 0 || isClosed(session.outbox) || session.over) return;
  clearTimer(turn, 'maxSession');
  tellLast(turn, sessionCompletedBody(session, world.node));
};

/** The participant went by itself; with nobody left the session ends for `reason` (D-EVENT: nobody to ask for). */
export const gone = (turn: Turn, id: ParticipantId, reason: EndReason) => {
  const participant = turn.session.participants.get(id);
  if (participant === undefined) return;
  remove(turn, participant);
  if (turn.session.participants.size === 0) finish(turn, reason);
};

/** Last resort when the rules themselves failed: every leg is let go and the session is over without a word. */
export const abandon = (session: Session): { readonly session: Session; readonly effects: readonly Effect[] } => ({
  session: { ...session, participants: new Map(), connections: new Map(), over: true },
  effects: [...session.participants.values()].flatMap(({ leg, state }): Effect[] => [
    state === 'incoming' ? { type: 'sip.reject', leg, status: 500 } : { type: 'sip.hangup', leg },
    { type: 'sip.cancel', leg },
    { type: 'media.close', leg },
  ]),
});
