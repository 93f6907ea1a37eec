/** hangupparticipant and hangupcall (D-HANG). */
import { dismiss, finish } from '../finish.ts';
import { done, type SessionOperation } from './outcome.ts';
import { participantOf } from './target.ts';

export const hangupCall: SessionOperation = (turn) => {
  finish(turn, 'applicationHangup');
  return done;
};

export const hangupParticipant: SessionOperation = (turn, operation) => {
  const participant = participantOf(turn.session, operation);
  if ('ok' in participant) return participant;
  if (turn.session.participants.size === 1) finish(turn, 'applicationHangup');
  else dismiss(turn, participant);
  return done;
};
