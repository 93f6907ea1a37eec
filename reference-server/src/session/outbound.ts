/** A call that the service places, until it is answered or has failed. */
import { calleeAnswered } from './call/connect.ts';
import { ringing } from './call/dial.ts';
import { gone } from './call/gone.ts';
import { monitorAnswered } from './call/monitor.ts';
import { callOf } from './connection.ts';
import { directionIn } from './direction.ts';
import type { SessionEvent } from './events.ts';
import { remove } from './finish.ts';
import type { LegId, ParticipantId } from './ids.ts';
import { ivrAnswered } from './ivr/answered.ts';
import { notify, raise } from './messages.ts';
import { newParticipant, type Participant } from './participant.ts';
import type { SipEvent } from './ports/sip.ts';
import type { EndReason } from './reason.ts';
import { remoteAnswered } from './remote/call.ts';
import { change, changeParticipant, clearTimer, emit, log, startTimer, type Turn } from './turn.ts';

export const place = (turn: Turn, event: Extract<SessionEvent, { type: 'place' }>) => {
  const participant = newParticipant({
    id: turn.world.ids.uuid() as ParticipantId,
    leg: turn.world.ids.uuid() as LegId,
    role: 'callee',
    state: 'preparing',
    user: event.user,
    remoteUser: event.invite.fromUser,
    invite: event.invite,
    maxRingSeconds: event.maxRingSeconds,
    media: 'opening',
    watched: true,
  });
  change(turn, { participants: new Map([[participant.id, participant]]) });
  const { maxSessionSeconds, rtpTimeoutSeconds } = turn.session.domain;
  startTimer(turn, 'maxSession', maxSessionSeconds);
  emit(turn, { type: 'media.open', leg: participant.leg, request: { rtpTimeoutSeconds } });
};

export const progress = (turn: Turn, participant: Participant, event: Extract<SipEvent, { type: 'sip.progress' }>) => {
  if (participant.state !== 'calling' || (event.status !== 180 && event.status !== 183)) return;
  if (!participant.ringingTold) {
    changeParticipant(turn, participant.id, {
      ringingTold: true,
      sipCallId: event.sipCallId ?? participant.sipCallId,
    });
    notify(turn, participant.id, 'ringing');
  }
  ringing(turn, participant, event);
};

export const answered = (turn: Turn, participant: Participant, event: Extract<SipEvent, { type: 'sip.answered' }>) => {
  const { leg, id } = participant;
  if (participant.state !== 'calling' && participant.state !== 'cancelling') return;
  if (participant.state === 'cancelling') {
    emit(turn, { type: 'sip.hangup', leg });
    return remove(turn, participant);
  }
  clearTimer(turn, `ring/${leg}`);
  const monitor = participant.role === 'monitor';
  if (!monitor) change(turn, { answeredAt: turn.session.answeredAt ?? turn.world.now });
  const { sipCallId, expires, sdp, source } = event;
  const direction = sdp === undefined ? participant.direction : directionIn(sdp);
  const there = changeParticipant(turn, id, { state: 'confirmed', sipCallId, expires, direction }) ?? participant;
  if (participant.device !== undefined) return remoteAnswered(turn, there, event);
  if (sdp === undefined) {
    raise(turn, { type: 'callError', error: 'invalidSdp', details: { detail: 'no answer to our offer in the 200' } });
    return gone(turn, there, { how: 'Failure', reason: 'error', leg: 'to be ended' });
  }
  if (sdp !== participant.earlySdp) emit(turn, { type: 'media.accept', leg, answer: sdp, source });
  const connection = callOf(turn.session, id);
  if (monitor) monitorAnswered(turn, there);
  else if (connection !== undefined) calleeAnswered(turn, connection);
  else ivrAnswered(turn, id);
};

/** D-DONE: 408 stands for nobody answering at all. */
const failureReason = (status: number): EndReason => (status === 408 ? 'noAnswer' : 'rejected');

export const refused = (turn: Turn, participant: Participant, status: number) => {
  log(turn, 'call was refused', { participantId: participant.id, status });
  gone(turn, participant, { how: 'Failure', reason: failureReason(status), leg: 'over' });
};

/** Nobody answered the CANCEL for 32 s (D-RING): the leg is given up. */
export const cancelFailed = (turn: Turn, participant: Participant) => {
  if (participant.state !== 'cancelling') return;
  raise(turn, { type: 'callError', error: 'cancelFailed', details: { participantId: participant.id } });
  remove(turn, participant);
};
