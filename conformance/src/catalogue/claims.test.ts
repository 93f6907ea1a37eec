import { expect, it } from 'vitest';
import { NO_TRAFFIC } from '../verdict/traffic.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { unproven } from './claims.ts';

const rows = [
  { slug: 'drops', capability: 'core' },
  { slug: 'plays', capability: 'ivr' },
  { slug: 'speaks', capability: 'tts' },
];
const test = (requirement: string, verdict: Verdict, selected = true, capability?: string) => ({
  verdict,
  selected,
  capability,
  testimony: {
    ...{ verdict, requirements: [requirement], shown: [], broken: [], warned: [], reasons: [], needs: {} },
    observed: NO_TRAFFIC,
  },
});

it.each([
  ['all that is claimed was judged', ['core', 'ivr'], [test('drops', 'pass'), test('plays', 'warning')], []],
  ['a failure is a verdict, too', ['core'], [test('drops', 'fail')], []],
  [
    'tests of it never came to an end',
    ['core', 'ivr'],
    [test('drops', 'pass'), test('plays', 'inconclusive'), test('plays', 'not-run')],
    ['no test of the capability ivr, which is claimed, came to a verdict'],
  ],
  ['one of them did', ['ivr'], [test('plays', 'inconclusive'), test('plays', 'pass')], []],
  ['a test that asks for it names rows of others', ['tts'], [test('plays', 'pass', true, 'tts')], []],
  [
    'nobody tests it',
    ['core', 'levitation'],
    [test('drops', 'pass')],
    ['the capability levitation is claimed, and there is no test of it'],
  ],
  [
    'in a part of the tests nobody needs to',
    ['core', 'tts'],
    [test('drops', 'pass'), test('speaks', 'not-run', false)],
    [],
  ],
  [
    'in a part of the tests those of the part have to',
    ['core', 'tts'],
    [test('drops', 'harness-error'), test('speaks', 'not-run', false)],
    ['no test of the capability core, which is claimed, came to a verdict'],
  ],
  ['nothing is claimed', [], [test('drops', 'not-applicable')], []],
] as const)('%s', (_name, claimed, tests, sentences) => {
  expect(unproven(claimed, rows, tests)).toEqual(sentences);
});
