export { type Received, TransactionTable } from './table.ts';
export * from './types.ts';
