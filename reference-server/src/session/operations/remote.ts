/** sendremotecallringback and answerremotecall of a Cloud UA call that waits (D-CUA, D-STATE). */
import { deviceOf } from '../actions/httpcall.ts';
import type { Operation } from '../ports/operation.ts';
import { answerForDevice } from '../remote/leg.ts';
import { change, emit, type Turn } from '../turn.ts';
import { done, refuse, type SessionOperation } from './outcome.ts';
import { participantOf } from './target.ts';

const waitingCall = (turn: Turn, operation: Operation) => {
  const participant = participantOf(turn.session, operation);
  if ('ok' in participant) return participant;
  return turn.session.cloudUa && participant.state === 'incoming'
    ? participant
    : refuse(409, 'wrongState', 'The call is not a waiting remote call.');
};

export const sendRemoteCallRingback: SessionOperation = (turn, operation) => {
  const participant = waitingCall(turn, operation);
  if ('ok' in participant) return participant;
  emit(turn, { type: 'sip.progress', leg: participant.leg, status: 180 });
  return done;
};

export const answerRemoteCall: SessionOperation = (turn, operation) => {
  const participant = waitingCall(turn, operation);
  if ('ok' in participant) return participant;
  const device = deviceOf(operation.body);
  if (device === undefined || device.codec === 'GSM') {
    return refuse(400, 'invalidParameter', 'answerremotecall needs codec PCMA or PCMU, receiveIp and receivePort.');
  }
  if (!answerForDevice(turn, participant, device)) {
    return refuse(409, 'wrongState', `The far end did not offer ${device.codec}.`);
  }
  const reference = operation.body.sessionReferenceId;
  if (reference !== undefined) change(turn, { reference: reference ?? undefined });
  return done;
};
