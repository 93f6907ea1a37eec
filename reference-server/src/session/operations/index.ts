/** The operations that speak to a session, by name. Those that open one (placeIvrCall, placeRemoteCall) are the host's. */
import type { Operation, OperationName, OperationOutcome } from '../ports/operation.ts';
import type { Turn } from '../turn.ts';
import { hangupCall, hangupParticipant, hangupRemoteParticipant } from './hangup.ts';
import { interruptIvrCommand } from './interrupt.ts';
import { callGone, type SessionOperation } from './outcome.ts';
import { startRecording, stopRecording } from './record.ts';
import { answerRemoteCall, sendRemoteCallRingback } from './remote.ts';
import { splitConnection } from './split.ts';

type SessionOperationName = Exclude<OperationName, 'placeIvrCall' | 'placeRemoteCall'>;

const operations: Readonly<Record<SessionOperationName, SessionOperation>> = {
  hangupCall,
  hangupParticipant,
  interruptIvrCommand,
  hangupRemoteParticipant,
  splitConnection,
  startRecording,
  stopRecording,
  sendRemoteCallRingback,
  answerRemoteCall,
};

export const operateOn = (turn: Turn, name: SessionOperationName, operation: Operation): OperationOutcome => {
  const { ending, domain } = turn.session;
  // A call of another domain is none of the caller's business, so it is as good as gone.
  if (ending !== undefined || domain.name !== operation.domain) return callGone();
  return operations[name](turn, operation);
};
