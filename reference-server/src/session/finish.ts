/** How a participant leaves and how a session ends (D-DONE): every way out goes through here. */
import { sessionCompletedBody } from './bodies.ts';
import { type CallConnection, callOf } from './connection.ts';
import type { Effect } from './events.ts';
import type { LegId } from './ids.ts';
import { dropQuestions, tellLast, withdraw } from './messages.ts';
import { isClosed } from './outbox.ts';
import type { LegState, Participant } from './participant.ts';
import type { EndReason } from './reason.ts';
import { phrasesOver, stopRecording } from './recording.ts';
import type { Session } from './session.ts';
import { change, changeParticipant, clearTimer, emit, type Turn } from './turn.ts';

/** The leg is over: its media port and timers go with it, and what was to be asked about it. */
export const remove = (turn: Turn, participant: Participant) => {
  if (!turn.session.participants.has(participant.id)) return;
  const connection = callOf(turn.session, participant.id);
  if (connection !== undefined) dissolve(turn, connection);
  withdraw(turn, participant.id);
  forgetParticipant(turn, participant);
  release(turn, participant);
  clearTimer(turn, `ring/${participant.leg}`);
};

/** Takes it off the books without a word to its leg. */
export const forgetParticipant = (turn: Turn, { id }: Participant) => {
  const participants = new Map(turn.session.participants);
  participants.delete(id);
  const connections = new Map(
    [...turn.session.connections].filter(([, connection]) => !connection.participants.some((each) => each === id)),
  );
  change(turn, { participants, connections });
};

const release = (turn: Turn, participant: Participant) => {
  clearTimer(turn, `collect/${participant.id}`);
  clearTimer(turn, `command/${participant.id}`);
  clearTimer(turn, `reoffer/${participant.id}`);
  phrasesOver(turn, participant.id);
  emit(turn, { type: 'media.close', leg: participant.leg });
};

/** The parties are a pair no more: what plays, records and listens on their connection ends. Their legs stay. */
export const dissolve = (turn: Turn, connection: CallConnection) => {
  const parties = connection.participants.flatMap((id) => turn.session.participants.get(id) ?? []);
  for (const { id, participant } of connection.jobs) {
    const leg = turn.session.participants.get(participant)?.leg;
    if (leg !== undefined) emit(turn, { type: 'media.stop', leg, job: id, what: 'all' });
  }
  for (const [recording, { connection: its }] of turn.session.recordings) {
    if (its === connection.id) stopRecording(turn, recording);
  }
  const [one, other] = parties;
  if (connection.joined && one && other) {
    emit(turn, { type: 'media.separate', legs: [one.leg, other.leg] });
  }
  const connections = new Map(turn.session.connections);
  connections.delete(connection.id);
  change(turn, { connections });
  for (const each of turn.session.participants.values()) if (each.monitors === connection.id) dismiss(turn, each);
};

/**
 * Ends the participant's leg: a final response, CANCEL or BYE, whichever its state wants. A cancelled leg stays until
 * the far end took note, so that a failed CANCEL can still be told.
 */
export const dismiss = (turn: Turn, participant: Participant, status = 480) => {
  const { leg, id } = participant;
  const connection = callOf(turn.session, id);
  if (connection !== undefined) dissolve(turn, connection);
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
      // What media sent before it heard of the close is of no leg any more.
      changeParticipant(turn, id, { state: 'cancelling', ivr: undefined, media: 'none' });
      return;
    case 'cancelling':
      return;
    default:
      return participant.state satisfies never;
  }
};

/** Somebody is left whose call this is: no monitor, and no leg that only waits for the end of its CANCEL. */
export const anybody = (session: Session): boolean =>
  [...session.participants.values()].some(({ state, role }) => state !== 'cancelling' && role !== 'monitor');

/** The participant's call ends; the session with it, when it was the last one. */
export const leave = (turn: Turn, participant: Participant, reason: EndReason, status?: number) => {
  dismiss(turn, participant, status);
  if (!anybody(turn.session)) finish(turn, reason, status);
};

/** The session ends for `reason`, unless it is ending already. `status` answers a call that has no answer yet. */
export const finish = (turn: Turn, reason: EndReason, status?: number) => {
  if (turn.session.ending !== undefined) return;
  change(turn, { ending: { reason, at: turn.world.now } });
  dropQuestions(turn);
  for (const { id } of turn.session.participants.values()) {
    // As it is now: the one before may have taken it along.
    const participant = turn.session.participants.get(id);
    if (participant !== undefined) dismiss(turn, participant, status);
  }
};

/** After each step: once the last leg of an ending session is gone, sessionCompleted closes it. */
export const conclude = (turn: Turn) => {
  const { session, world } = turn;
  if (session.ending === undefined || session.participants.size > 0 || session.recordings.size > 0) return;
  if (isClosed(session.outbox) || session.over) return;
  clearTimer(turn, 'maxSession');
  tellLast(turn, sessionCompletedBody(session, world.node));
};

/** Last resort when the rules themselves failed: every leg is let go and the session is over without a word. */
export const abandon = (session: Session): { readonly session: Session; readonly effects: readonly Effect[] } => ({
  session: { ...session, participants: new Map(), connections: new Map(), recordings: new Map(), over: true },
  effects: [...session.participants.values()].flatMap(letGo),
});

/** Ends a leg that no session cares for any more. */
export const letGo = ({ leg, state }: Participant): readonly Effect[] => [
  ...farewell(leg, state),
  { type: 'media.close', leg },
];

const farewell = (leg: LegId, state: LegState): readonly Effect[] => {
  switch (state) {
    case 'incoming':
      return [{ type: 'sip.reject', leg, status: 500 }];
    case 'answering':
    case 'confirmed':
      return [{ type: 'sip.hangup', leg }];
    case 'calling':
      return [{ type: 'sip.cancel', leg }];
    case 'preparing':
    case 'cancelling':
      return [];
    default:
      return state satisfies never;
  }
};
