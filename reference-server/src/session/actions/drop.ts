/** Action drop: a final response before the answer, BYE after it (D-DROP). */

import { leave } from '../finish.ts';
import type { Json } from '../json.ts';
import { raise } from '../messages.ts';
import type { Action } from './action.ts';

const named: ReadonlyMap<string, number> = new Map([
  ['busy', 486],
  ['decline', 603],
  ['notFound', 404],
  ['unavailable', 480],
  ['forbidden', 403],
  ['congestion', 503],
]);

/** SIP status of a dropCode; undefined when it means nothing. */
export const dropStatus = (dropCode: Json | undefined): number | undefined => {
  if (dropCode === undefined || dropCode === null || dropCode === '') return 603;
  // Text of three digits counts as the number (D-DROPALARM); Number would take more for one, 4e2 and 0x1f4 say.
  const digits = typeof dropCode === 'string' && /^\d{3}$/.test(dropCode) ? Number(dropCode) : dropCode;
  const status = typeof digits === 'string' ? named.get(digits) : digits;
  const known = typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 699;
  return known ? status : undefined;
};

export const drop: Action = (turn, participant, answer, asked) => {
  const status = dropStatus(answer.dropCode);
  if (status === undefined) {
    const details = { detail: 'unknown dropCode', dropCode: answer.dropCode ?? '' };
    raise(
      turn,
      asked === 'newCall'
        ? { type: 'newCallEventError', error: 'newCall response with unknown action', details }
        : { type: 'callEventError', error: 'callEvent response with unknown action', details },
    );
  }
  const reason = participant.cause ?? (participant.state === 'incoming' ? 'rejected' : 'completed');
  leave(turn, participant, reason, status ?? 603);
  return undefined;
};
