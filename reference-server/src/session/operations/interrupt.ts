/** interruptivrcommand: ends the command that the replyId came with and asks for the next (D-DTMF `interrupted`). */
import { interrupt } from '../ivr/loop.ts';
import { done, refuse, type SessionOperation } from './outcome.ts';
import { participantOf } from './target.ts';

export const interruptIvrCommand: SessionOperation = (turn, operation) => {
  const participant = participantOf(turn.session, operation);
  if ('ok' in participant) return participant;
  return interrupt(turn, participant, operation.claims?.command)
    ? done
    : refuse(409, 'wrongState', 'The IVR command that is meant is not running.');
};
