/** interruptivrcommand: ends the command that the replyId came with and asks for the next (D-DTMF `interrupted`). */
import { interrupt } from '../ivr/loop.ts';
import { done, refuse, type SessionOperation } from './outcome.ts';

export const interruptIvrCommand: SessionOperation = (turn, { claims }) => {
  const { participants } = turn.session;
  const served = [...participants.values()].find(({ ivr }) => ivr !== undefined);
  const participant = claims?.participant === undefined ? served : participants.get(claims.participant);
  return interrupt(turn, participant, claims?.command)
    ? done
    : refuse(409, 'noIvrCommand', 'The IVR command of this replyId is not running any more.');
};
