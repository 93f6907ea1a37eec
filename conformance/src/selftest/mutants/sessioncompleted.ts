import { callback, mutant } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

export const sessioncompleted: readonly Mutant[] = [
  mutant(
    'sessioncompleted/twice',
    'sessionCompleted comes twice',
    'sessioncompleted-exactly-once',
    callback('sessionCompleted').double(),
    { scenarios: ['ordering/in-order'] },
  ),
  mutant(
    'sessioncompleted/before-callanswered',
    'callAnswered comes when the session is over',
    'sessioncompleted-last',
    callback('callAnswered').after('sessionCompleted'),
    { scenarios: ['ordering/quiet-after-the-end'] },
  ),
  mutant(
    'sessioncompleted/before-the-recording',
    'recordingReady comes when the session is over',
    ['sessioncompleted-after-recordings', 'recording-call-ends'],
    callback('recordingReady').after('sessionCompleted'),
    { scenarios: ['recording/from-the-answer'] },
  ),
];
