import { callback, mutant, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

export const callevent: readonly Mutant[] = [
  mutant(
    'callevent/one-for-each-who-left',
    'When both hang up at the same time a callEvent comes for each of them',
    'callevent-simultaneous-hangup',
    callback('callEvent').double(),
    { scenarios: ['callevent/callee-first-then-the-other'] },
  ),
  mutant(
    'callevent/refusal-passed-on',
    'The caller gets the response of the callee who refused, whatever the answer to callEvent says',
    'callevent-applies-to-remaining',
    sip.response('INVITE', 404).status(486, 'Busy Here'),
    { scenarios: ['callevent/callee-refuses'] },
  ),
];
