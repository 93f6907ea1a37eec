/**
 * Hold and resume: what one party's re-INVITE or UPDATE says of its direction goes to the other party as a re-INVITE of
 * ours (RFC 3264 section 8.4), one at a time (RFC 3261 section 14.1).
 */
import { counterpart } from '../connection.ts';
import { raise } from '../messages.ts';
import type { Participant, Reoffer } from '../participant.ts';
import type { Direction } from '../ports/media.ts';
import type { SipEvent } from '../ports/sip.ts';
import { redirected } from '../remote/leg.ts';
import { changeParticipant, emit, startTimer, type Turn } from '../turn.ts';
import { gone } from './gone.ts';

/** The party's own stream has this direction now. */
export const directed = (turn: Turn, participant: Participant, direction: Direction) => {
  if (participant.direction === direction) return;
  changeParticipant(turn, participant.id, { direction });
  const other = counterpart(turn.session, participant.id);
  if (other !== undefined) align(turn, other, direction);
};

/** The party is told that its counterpart's stream has this direction, unless it knows: one that it was held by may be gone. */
export const align = (turn: Turn, { id }: Pick<Participant, 'id'>, direction: Direction) => {
  const participant = turn.session.participants.get(id);
  if (participant?.state !== 'confirmed' || participant.media === 'none') return;
  const { reoffer, told } = participant;
  const coming = reoffer === undefined ? told : (reoffer.next ?? reoffer.direction);
  if (coming !== direction) want(turn, participant, direction);
};

const want = (turn: Turn, participant: Participant, direction: Direction) => {
  const { id, leg, reoffer } = participant;
  if (reoffer !== undefined && reoffer.state !== 'delayed') {
    changeParticipant(turn, id, { reoffer: { ...reoffer, next: direction } });
    return;
  }
  if (reoffer !== undefined) {
    changeParticipant(turn, id, { reoffer: { ...reoffer, direction } });
    return;
  }
  changeParticipant(turn, id, { reoffer: { direction, state: 'offering', next: undefined } });
  emit(turn, { type: 'media.offer', leg, direction });
};

/** A re-INVITE without an offer asks for ours: all that we can, as if the call began (RFC 3261 section 14.2). */
export const askedForOffer = (turn: Turn, participant: Participant, offerId: string) => {
  const { id, leg, reoffer, told } = participant;
  if (reoffer?.state === 'offering') return emit(turn, { type: 'sip.respondOffer', leg, offerId, status: 491 });
  changeParticipant(turn, id, { offerDue: offerId });
  emit(turn, { type: 'media.offer', leg, direction: told, whole: true });
};

/** Media has our offer. */
export const offerMade = (turn: Turn, participant: Participant, sdp: string) => {
  const { id, leg, reoffer, offerDue: offerId } = participant;
  if (offerId !== undefined) {
    changeParticipant(turn, id, { offerDue: undefined, awaitsAnswer: true, localSdp: sdp });
    return emit(turn, { type: 'sip.respondOffer', leg, offerId, status: 200, sdp });
  }
  if (reoffer?.state !== 'offering') return;
  changeParticipant(turn, id, { reoffer: { ...reoffer, state: 'sent' }, localSdp: sdp });
  emit(turn, { type: 'sip.reoffer', leg, sdp });
};

/** The far end's answer to our re-INVITE. */
export const reoffered = (
  turn: Turn,
  participant: Participant,
  event: Extract<SipEvent, { type: 'sip.reoffered' }>,
) => {
  const { id, leg, reoffer } = participant;
  if (reoffer?.state !== 'sent' && reoffer?.state !== 'overtaken') return;
  const { status, sdp } = event;
  if (status === 491) {
    changeParticipant(turn, id, { reoffer: { ...reoffer, state: 'delayed' } });
    return startTimer(turn, `reoffer/${id}`, backOff(turn, participant));
  }
  if (reoffer.state === 'overtaken' && status !== 408 && status !== 481) return toDevice(turn, participant, reoffer);
  if (participant.device !== undefined && status < 300) return redirected(turn, participant, sdp);
  if (status < 300 && sdp !== undefined) emit(turn, { type: 'media.accept', leg, answer: sdp });
  else unexpected(turn, participant, status);
  // 408 and 481 say that the far end has no such dialog any more (RFC 3261 section 12.2.1.2).
  if (status === 408 || status === 481 || participant.device !== undefined) {
    return gone(turn, participant, { how: 'Failure', reason: 'error', leg: 'to be ended' });
  }
  const told = status < 300 ? reoffer.direction : participant.told;
  changeParticipant(turn, id, { reoffer: undefined, told });
  if (reoffer.next !== undefined) align(turn, participant, reoffer.next);
};

const unexpected = (turn: Turn, { id, user, sipCallId }: Participant, status: number) =>
  raise(turn, {
    type: 'callError',
    error: 'unexpectedReinviteResponse',
    about: { status: String(status), participantId: id, user, callId: sipCallId },
  });

/** The offer in the device's name leaves. */
const toDevice = (turn: Turn, { id, leg, localSdp }: Participant, reoffer: Reoffer) => {
  if (localSdp === undefined) return;
  changeParticipant(turn, id, { reoffer: { ...reoffer, state: 'sent' } });
  emit(turn, { type: 'sip.reoffer', leg, sdp: localSdp });
};

/** The wait after a 491 is over. */
export const tryAgain = (turn: Turn, participant: Participant | undefined) => {
  if (participant?.reoffer?.state !== 'delayed') return;
  const { id, reoffer, device } = participant;
  if (device !== undefined) return toDevice(turn, participant, reoffer);
  const { direction } = reoffer;
  const free = changeParticipant(turn, id, { reoffer: undefined });
  if (free !== undefined) want(turn, free, direction);
};

/** RFC 3261 14.1: the side that made the Call-ID waits 2.1 to 4 s, the other one up to 2 s, in steps of 10 ms. */
const backOff = ({ world }: Turn, { role }: Participant): number => {
  const chance = Number.parseInt(world.ids.uuid().slice(-4), 16) / 0x1_0000;
  const seconds = role === 'caller' ? chance * 2 : 2.1 + chance * 1.9;
  return Math.round(seconds * 100) / 100;
};
