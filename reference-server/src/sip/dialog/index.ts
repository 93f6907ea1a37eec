export { type Dialog, dialogFromRequest, dialogFromResponse } from './dialog.ts';
export { glareDelay } from './glare.ts';
export { dialogKey, idOfReceived } from './identity.ts';
export { ReliableProvisionals, ReliableReceiver, supports100rel } from './reliable.ts';
export { buildCancel, nextHop, routed } from './routing.ts';
export {
  afterTooSmall,
  agreedSessionTimer,
  answerSessionTimer,
  asksTooLittle,
  refreshHeaders,
  type SessionInterval,
  SessionTimer,
} from './session-timer.ts';
export * from './types.ts';
