export { Dialog, type DialogStart, dialogFromRequest, dialogFromResponse } from './dialog.ts';
export { DialogTable, InviteDialogs, type RequestPlace } from './dialog-set.ts';
export { dialogKey, idOfReceived } from './identity.ts';
export { glareDelay, Negotiation, type OfferState } from './negotiation.ts';
export {
  type ReliableOutput,
  ReliableProvisionals,
  type ReliableReceipt,
  ReliableReceiver,
  supports100rel,
} from './reliable.ts';
export { buildCancel, nextHop, routed, uriOf } from './routing.ts';
export {
  afterTooSmall,
  agreedSessionTimer,
  answerSessionTimer,
  type SessionInterval,
  SessionTimer,
  type SessionTimerAnswer,
  type SessionTimerOutput,
  type SessionTimerSettings,
  sessionTimerRequest,
  shortestSession,
} from './session-timer.ts';
export * from './types.ts';
