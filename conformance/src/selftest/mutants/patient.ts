/** Rows that only a scenario shows that waits for more than a minute. */
import { callback, mutant } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

export const patient: readonly Mutant[] = [
  mutant(
    'callevent/session-timer-told-otherwise',
    'A party whose session timer ran out is said to have hung up',
    'callevent-failure-session-timer',
    callback('callEvent').set('/event', 'callingPartyDrop'),
    { scenarios: ['callevent/session-timer'] },
  ),
  mutant(
    'alarms/session-expired-told-otherwise',
    'A session timer that ran out leads to another alarm',
    'alarms-call-session-expired',
    callback('alarm').change('/error'),
    { scenarios: ['callevent/session-timer'] },
  ),
];
