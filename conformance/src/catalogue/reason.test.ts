import { expect, it } from 'vitest';
import type { Verdict } from '../verdict/verdict.ts';
import { APPLICATIONS, type Claim, judgeable, reasonOf, type Silent } from './reason.ts';

const test = (more: Partial<Silent> = {}): Silent => ({ id: 'a/one', verdict: 'not-run', selected: true, ...more });
const service: Claim = { role: 'service', capability: 'ivr' };

it.each<[string, Claim, Verdict, readonly Silent[], readonly string[], string | undefined]>([
  ['a verdict speaks for itself', service, 'pass', [test({ verdict: 'pass' })], [], undefined],
  ['untestable', { ...service, untestable: 'inside' }, 'untestable', [], [], 'inside'],
  ['a row for applications', { role: 'application' }, 'not-applicable', [], [], APPLICATIONS],
  [
    'patience',
    service,
    'not-run',
    [],
    ['b/long'],
    'b/long: waits for more than a minute, and runs only with --patient.',
  ],
  ['capability', service, 'not-applicable', [], [], 'The target does not claim the capability ivr.'],
  ['nobody names it', service, 'not-run', [], [], 'No test of the suite names it.'],
  ['filter', service, 'not-run', [test({ selected: false })], [], 'a/one was left out by the selection of this run.'],
  ['promised and not shown', service, 'not-run', [test()], ['b/long'], 'a/one passed without having shown it.'],
  [
    'what the test says',
    service,
    'not-applicable',
    [test({ verdict: 'not-applicable', reason: 'No tenant x' })],
    [],
    'a/one: No tenant x.',
  ],
  [
    'only the tests that made the verdict',
    service,
    'inconclusive',
    [test({ verdict: 'pass' }), test({ id: 'a/two', verdict: 'inconclusive', reason: 'Held up.' })],
    [],
    'a/two: Held up.',
  ],
])('%s', (_name, row, verdict, tests, waiting, reason) => {
  expect(reasonOf(row, verdict, tests, waiting)).toBe(reason);
});

it.each<[string, Claim, boolean]>([
  ['of a service', service, true],
  ['of nobody in particular', {}, true],
  ['of an application', { role: 'application' }, false],
  ['that no black box shows', { ...service, untestable: 'inside' }, false],
])('a row %s: judgeable %s', (_name, row, expected) => {
  expect(judgeable(row)).toBe(expected);
});
