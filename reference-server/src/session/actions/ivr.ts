/** Action ivr: the call is answered and the IVR loop starts with the ACK; an answered one goes to the loop at once. */
import { ivrAnswered } from '../ivr/answered.ts';
import { emit } from '../turn.ts';
import type { Action } from './action.ts';

export const ivr: Action = (turn, participant) => {
  if (participant.state === 'confirmed') return ivrAnswered(turn, participant.id);
  const offer = turn.session.inbound?.sdp;
  const { rtpTimeoutSeconds } = turn.session.domain;
  const request = { rtpTimeoutSeconds, ...(offer !== undefined && { offer }) };
  emit(turn, { type: 'media.open', leg: participant.leg, request });
};
