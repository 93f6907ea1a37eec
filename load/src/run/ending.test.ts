import { expect, it } from 'vitest';
import { judge, limitsOf } from '../figures/objectives.ts';
import { figuresOf } from '../figures/testing/figures.ts';
import { endingOf, type Facts } from './ending.ts';

const facts = (changes: Parameters<typeof figuresOf>[0] = {}, more: Partial<Facts> = {}): Facts => {
  const figures = figuresOf(changes);
  return {
    figures,
    objectives: judge(limitsOf(['calls.failed<=0'], []), figures),
    stopped: false,
    faults: [],
    ...more,
  };
};

it.each<readonly [string, Facts, number, RegExp]>([
  ['all held', facts(), 0, /^$/],
  ['an objective did not', facts({ calls: { failed: 1 } }), 1, /failed calls: 1/],
  ['the target died', facts({}, { targetDied: 'it ended with code 1' }), 1, /ended with code 1/],
  ['the target died while k6 broke of it', facts({}, { targetDied: 'it ended', faults: ['k6 ended'] }), 1, /^it ended/],
  ['stopped by the user', facts({}, { stopped: true }), 3, /was stopped/],
  ['no call at all', facts({ calls: { attempted: 0 } }), 3, /no call/],
  ['k6 was killed', facts({}, { faults: ['k6 was killed (SIGKILL)'] }), 4, /SIGKILL/],
  ['a late generator', facts({ lateMs: 80 }), 6, /late itself, by 8/],
  ['a generator without a core left', facts({ busyCores: 1.9 }), 6, /1\.90 of 2 cores/],
  ['a busy application', facts({ applicationBusy: 0.9 }), 6, /application .* 90 %/],
  [
    'others that were busy, and a failure',
    facts({ othersCores: 1.2, calls: { failed: 1 } }),
    6,
    /other programs had 1\.20 of 2/,
  ],
  ['others that were busy, and yet all held', facts({ othersCores: 1.2 }), 0, /^$/],
  ['a saturated generator proves no failure', facts({ lateMs: 80, calls: { failed: 9 } }), 6, /late/],
])('%s', (_name, given, code, reason) => {
  const { exitCode, reasons } = endingOf(given);
  expect(exitCode).toBe(code);
  expect(reasons.join('; ')).toMatch(reason);
});
