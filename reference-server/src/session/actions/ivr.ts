/** Action ivr: the call is answered and the IVR loop starts with the ACK; an answered one goes to the loop at once. */
import { answer, openMedia } from '../answering.ts';
import { ivrAnswered } from '../ivr/answered.ts';
import { changeParticipant, type Turn } from '../turn.ts';
import type { Action } from './action.ts';

export const ivr: Action = (turn, { id }) => {
  const participant = changeParticipant(turn, id, { toIvr: true, cause: undefined });
  if (participant === undefined) return undefined;
  if (participant.state === 'confirmed') ivrAnswered(turn, id);
  openMedia(turn, participant.state === 'incoming' ? participant : { ...participant, media: 'open' }, ivrSilence(turn));
  answer(turn, participant);
  return undefined;
};

const ivrSilence = ({ session }: Turn): number => session.domain.rtpTimeoutSeconds;
