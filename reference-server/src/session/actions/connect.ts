/** Action connect: with a participant of the domain who waits, in this session or in another one (D-ACTION). */
import { connectParties } from '../call/connect.ts';
import { isWaiting, takeFromIvr } from '../call/waiting.ts';
import type { ParticipantId } from '../ids.ts';
import { text } from '../json.ts';
import { changeParticipant, emit } from '../turn.ts';
import type { Action } from './action.ts';
import { planOf } from './call.ts';

export const connect: Action = (turn, participant, answer, asked) => {
  const id = text(answer, 'participantId') as ParticipantId | undefined;
  if (id === undefined || id === participant.id) return { problem: 'action connect needs another participantId' };
  const plan = planOf(turn, participant, answer);
  if ('problem' in plan) return plan;
  const other = turn.session.participants.get(id);
  if (other === undefined) {
    changeParticipant(turn, participant.id, { connecting: { plan, asked } });
    emit(turn, { type: 'ask for', participant: id, for: participant.id });
    return undefined;
  }
  if (!isWaiting(turn.session, other)) return { problem: 'the participant to be connected with does not wait' };
  connectParties(turn, participant, takeFromIvr(turn, other), plan);
  return undefined;
};
