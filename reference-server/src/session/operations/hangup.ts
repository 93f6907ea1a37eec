/** hangupparticipant and hangupcall (D-HANG). */
import { dismiss, finish } from '../finish.ts';
import type { ParticipantId } from '../ids.ts';
import { text } from '../json.ts';
import { callGone, done, refuse, type SessionOperation } from './outcome.ts';

export const hangupCall: SessionOperation = (turn) => {
  finish(turn, 'applicationHangup');
  return done;
};

export const hangupParticipant: SessionOperation = (turn, { body, claims }) => {
  const id = (text(body, 'participantId') ?? claims?.participant) as ParticipantId | undefined;
  if (id === undefined) return refuse(400, 'noParticipant', 'participantId says whom to hang up.');
  const { participants } = turn.session;
  const participant = participants.get(id);
  if (participant === undefined || participant.state === 'cancelling') return callGone();
  if (participants.size === 1) finish(turn, 'applicationHangup');
  else dismiss(turn, participant);
  return done;
};
