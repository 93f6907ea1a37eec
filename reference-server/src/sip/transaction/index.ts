export {
  type Retransmitter,
  type RetransmitterOutput,
  reliableProvisionalRetransmitter,
  twoXxRetransmitter,
} from './retransmitter.ts';
export { Schedule } from './schedule.ts';
export { TransactionTable } from './table.ts';
export * from './types.ts';
