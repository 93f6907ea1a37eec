import { expect, it } from 'vitest';
import { decideEnding, EXIT, type ExitCode, type RunFacts } from './exit-code.ts';
import type { Verdict } from './verdict.ts';

const tests = (...verdicts: Verdict[]) => verdicts.map((verdict, i) => ({ id: `t${i}`, verdict }));
const base: RunFacts = {
  interrupted: false,
  vacuous: [],
  tests: tests('pass'),
  harnessErrors: [],
  leftovers: [],
  brokenBeside: 0,
  accepted: new Set(),
  stale: [],
};

const rows: readonly (readonly [string, Partial<RunFacts>, ExitCode, RegExp | undefined])[] = [
  ['all pass', {}, EXIT.conformant, undefined],
  ['a warning is conformant', { tests: tests('pass', 'warning') }, EXIT.conformant, undefined],
  ['some not applicable', { tests: tests('pass', 'not-applicable') }, EXIT.conformant, undefined],
  ['a fault', { tests: tests('pass', 'fail') }, EXIT.notConformant, /1 test failed/],
  ['an accepted fault', { tests: tests('pass', 'fail'), accepted: new Set(['t1']) }, EXIT.conformant, undefined],
  [
    'an accepted fault beside a new one',
    { tests: tests('fail', 'fail'), accepted: new Set(['t1']) },
    EXIT.notConformant,
    /1 test failed/,
  ],
  [
    'a fault beside a broken harness',
    { tests: tests('harness-error', 'fail') },
    EXIT.notConformant,
    /1 test failed; the suite broke in 1 test/,
  ],
  ['something left behind', { leftovers: ['2 dialogs'] }, EXIT.notConformant, /2 dialogs/],
  [
    'callbacks of nobody that break the specification, though all tests pass',
    { brokenBeside: 792 },
    EXIT.notConformant,
    /callbacks that belong to no test broke the specification in 792 places/,
  ],
  ['a broken harness', { tests: tests('harness-error', 'pass') }, EXIT.harnessError, /broke in 1 test/],
  ['a report that cannot be written', { harnessErrors: ['disk full'] }, EXIT.harnessError, /disk full/],
  ['nothing selected', { tests: [] }, EXIT.incomplete, /nothing matched/],
  ['a due test did not run', { tests: tests('pass', 'not-run') }, EXIT.incomplete, /1 test did not run/],
  ['a claim that nothing could judge', { unproven: ['no test of ivr'] }, EXIT.incomplete, /no test of ivr/],
  ['a starved test', { tests: tests('inconclusive', 'inconclusive') }, EXIT.incomplete, /2 tests could not be judged/],
  ['nothing applies', { tests: tests('not-applicable') }, EXIT.incomplete, /no test applies/],
  ['no call at all', { vacuous: ['not one SIP call in the whole run'] }, EXIT.incomplete, /not one SIP call/],
  ['no call at all, tests fail of it', { vacuous: ['v'], tests: tests('fail') }, EXIT.incomplete, /v/],
  ['stopped, with faults', { interrupted: true, tests: tests('fail', 'not-run') }, EXIT.incomplete, /stopped/],
  ['the target died', { targetDied: 'it ended with code 7', vacuous: ['v'] }, EXIT.notConformant, /code 7/],
  ['stale baseline', { stale: ['x passes now'] }, EXIT.staleBaseline, /x passes now/],
  ['stale baseline beside a fault', { stale: ['x'], tests: tests('fail') }, EXIT.notConformant, undefined],
];

it.each(rows)('%s', (_name, change, code, reason) => {
  const ending = decideEnding({ ...base, ...change });
  expect(ending.code).toBe(code);
  if (reason === undefined) expect(code === EXIT.conformant ? ending.reasons : []).toEqual([]);
  else expect(ending.reasons.join('; ')).toMatch(reason);
});
