import { callback, mutant } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

export const callnotify: readonly Mutant[] = [
  mutant(
    'callnotify/each-ringing-response',
    'callNotify comes for a second ringing response too',
    'callnotify-ringing-once',
    callback('callNotify').double(),
    { scenarios: ['callnotify/ringing'] },
  ),
  mutant(
    'callnotify/answer-used',
    'An answer to callNotify that is none leads to an alarm',
    'callnotify-answer-not-used',
    callback('sessionCompleted').besides('alarm', ({ sessionId, domain = 'conformance.example' }) => ({
      ...{ sessionId, domain, type: 'callEventError', error: 'callEvent response with unknown action' },
    })),
    { scenarios: ['callnotify/answered-action'] },
  ),
];
