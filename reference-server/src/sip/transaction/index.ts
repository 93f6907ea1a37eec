export { ackForFailure } from './ack.ts';
export { InviteClientTransaction } from './invite-client.ts';
export { InviteServerTransaction } from './invite-server.ts';
export { clientKey, magicCookie, mergeKey, serverKey } from './keys.ts';
export { NonInviteClientTransaction } from './non-invite-client.ts';
export { NonInviteServerTransaction } from './non-invite-server.ts';
export {
  Retransmitter,
  type RetransmitterOutput,
  reliableProvisionalRetransmitter,
  twoXxRetransmitter,
} from './retransmitter.ts';
export { Schedule } from './schedule.ts';
export { type Stepped, TransactionTable } from './table.ts';
export { Timers } from './timers.ts';
export * from './types.ts';
