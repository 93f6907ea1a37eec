/** What an operation of the API does with a session (D-ERR names the statuses). */
import type { Operation, OperationOutcome } from '../ports/operation.ts';
import type { Turn } from '../turn.ts';

export type Refusal = Extract<OperationOutcome, { ok: false }>;
export type SessionOperation = (turn: Turn, operation: Operation) => OperationOutcome;

export const done: OperationOutcome = { ok: true };

export const refuse = (
  status: Refusal['status'],
  error: string,
  message: string,
  details?: Refusal['details'],
): Refusal => ({
  ok: false,
  status,
  error,
  message,
  ...(details && { details }),
});

export const callGone = (): Refusal => refuse(404, 'unknownCall', 'The call that this replyId speaks for is over.');
