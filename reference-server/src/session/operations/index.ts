/** The operations that speak to a session, by name. Those that open one (placeIvrCall, placeRemoteCall) are the host's. */
import { text } from '../json.ts';
import type { Operation, OperationName, OperationOutcome } from '../ports.ts';
import type { Turn } from '../turn.ts';
import { hangupCall, hangupParticipant } from './hangup.ts';
import { interruptIvrCommand } from './interrupt.ts';
import { callGone, refuse, type SessionOperation } from './outcome.ts';

/** Operations on connections of two parties and on Cloud UA calls: no session is in a state that allows them. */
const notNow =
  (error: string, message: string): SessionOperation =>
  () =>
    refuse(409, error, message);

const noRemoteCall = notNow('noRemoteCall', 'The replyId does not speak for a waiting remote call.');
const notConnected = notNow('notConnected', 'The connection does not join two parties.');

const operations: Readonly<Record<Exclude<OperationName, 'placeIvrCall' | 'placeRemoteCall'>, SessionOperation>> = {
  hangupCall,
  hangupParticipant,
  interruptIvrCommand,
  hangupRemoteParticipant: notConnected,
  splitConnection: notConnected,
  startRecording: notConnected,
  stopRecording: notNow('notRecording', 'The connection is not being recorded.'),
  sendRemoteCallRingback: noRemoteCall,
  answerRemoteCall: noRemoteCall,
};

export const operateOn = (turn: Turn, name: keyof typeof operations, operation: Operation): OperationOutcome => {
  const named = text(operation.body, 'sessionId');
  if (turn.session.ending !== undefined || (named !== undefined && named !== turn.session.id)) return callGone();
  return operations[name](turn, operation);
};
