/** hangupparticipant, hangupremoteparticipant and hangupcall (D-HANG). */
import { gone } from '../call/gone.ts';
import { counterpart } from '../connection.ts';
import { finish } from '../finish.ts';
import type { Participant } from '../participant.ts';
import type { Turn } from '../turn.ts';
import { done, refuse, type SessionOperation } from './outcome.ts';
import { participantOf } from './target.ts';

export const hangupCall: SessionOperation = (turn) => {
  if (!turn.session.cloudUa) return refuse(409, 'wrongState', 'The call is none of the Cloud UA.');
  // Before the answer the caller is declined (D-CUA).
  finish(turn, 'applicationHangup', 603);
  return done;
};

/** The one who remains is asked for as if this one had hung up; the reason is the application's, whatever came before. */
const hangUp = (turn: Turn, participant: Participant) =>
  gone(turn, { ...participant, cause: undefined }, { how: 'Drop', reason: 'applicationHangup', leg: 'to be ended' });

export const hangupParticipant: SessionOperation = (turn, operation) => {
  const participant = participantOf(turn.session, operation);
  if ('ok' in participant) return participant;
  hangUp(turn, participant);
  return done;
};

export const hangupRemoteParticipant: SessionOperation = (turn, operation) => {
  const participant = participantOf(turn.session, operation);
  if ('ok' in participant) return participant;
  const other = counterpart(turn.session, participant.id);
  if (other === undefined) return refuse(409, 'wrongState', 'The participant has nobody at the other side.');
  hangUp(turn, other);
  return done;
};
