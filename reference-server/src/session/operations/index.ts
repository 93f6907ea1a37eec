/** The operations that speak to a session, by name. Those that open one (placeIvrCall, placeRemoteCall) are the host's. */
import type { Operation, OperationName, OperationOutcome } from '../ports.ts';
import type { Turn } from '../turn.ts';
import { hangupCall, hangupParticipant } from './hangup.ts';
import { interruptIvrCommand } from './interrupt.ts';
import { callGone, refuse, type SessionOperation } from './outcome.ts';

/** Operations on connections of two parties and on Cloud UA calls: no session is in a state that allows them (D-STATE). */
const notNow =
  (message: string): SessionOperation =>
  () =>
    refuse(409, 'wrongState', message);

const noRemoteCall = notNow('The call is not a waiting remote call.');
const notConnected = notNow('The connection does not join two parties.');

export type SessionOperationName = Exclude<OperationName, 'placeIvrCall' | 'placeRemoteCall'>;

const operations: Readonly<Record<SessionOperationName, SessionOperation>> = {
  hangupCall,
  hangupParticipant,
  interruptIvrCommand,
  hangupRemoteParticipant: notConnected,
  splitConnection: notConnected,
  startRecording: notConnected,
  stopRecording: notNow('The connection is not being recorded.'),
  sendRemoteCallRingback: noRemoteCall,
  answerRemoteCall: noRemoteCall,
};

export const operateOn = (turn: Turn, name: SessionOperationName, operation: Operation): OperationOutcome => {
  const { ending, domain } = turn.session;
  // A call of another domain is none of the caller's business, so it is as good as gone.
  if (ending !== undefined || domain.name !== operation.domain) return callGone();
  return operations[name](turn, operation);
};
