import { describe, expect, it } from 'vitest';
import { judgeRequirement, judgeTest, type Testimony } from './test-verdict.ts';
import { NO_TRAFFIC } from './traffic.ts';
import type { Verdict } from './verdict.ts';

const known = new Set(['a', 'b', 'c']);
const base: Testimony = {
  verdict: 'pass',
  requirements: ['a', 'b'],
  shown: ['a', 'b'],
  broken: [],
  warned: [],
  reasons: [],
  needs: {},
  observed: NO_TRAFFIC,
};

describe('a test', () => {
  const rows: readonly (readonly [string, Partial<Testimony>, Verdict, RegExp | undefined])[] = [
    ['all shown', {}, 'pass', undefined],
    ['a MUST broken', { verdict: 'fail', broken: ['a'] }, 'fail', undefined],
    ['a MUST broken under a claimed pass', { broken: ['a'] }, 'fail', undefined],
    ['a SHOULD missed', { verdict: 'warning', warned: ['b'] }, 'warning', undefined],
    ['a SHOULD missed under a claimed pass', { warned: ['b'] }, 'warning', undefined],
    ['checked nothing', { shown: [] }, 'harness-error', /checked nothing/],
    ['names an unknown requirement', { requirements: ['a', 'zz'] }, 'harness-error', /zz/],
    ['an expectation on an unknown requirement', { shown: ['a', 'yy'] }, 'harness-error', /yy/],
    ['an unknown requirement under a fault', { verdict: 'fail', broken: ['zz'] }, 'harness-error', /zz/],
    ['passed without its call', { needs: { call: true } }, 'harness-error', /SIP call/],
    ['passed with its call', { needs: { call: true }, observed: { ...NO_TRAFFIC, calls: 1 } }, 'pass', undefined],
    ['failed without its call', { verdict: 'fail', needs: { call: true } }, 'fail', undefined],
    ['not applicable', { verdict: 'not-applicable', shown: [], needs: { call: true } }, 'not-applicable', undefined],
    ['starved', { verdict: 'inconclusive', shown: [] }, 'inconclusive', undefined],
    ['broken harness', { verdict: 'harness-error', reasons: [{ text: 'crash' }] }, 'harness-error', /crash/],
    ['not run', { verdict: 'not-run', shown: [] }, 'not-run', undefined],
  ];
  it.each(rows)('%s', (_name, change, verdict, reason) => {
    const judgement = judgeTest({ ...base, ...change }, known);
    expect(judgement.verdict).toBe(verdict);
    const text = judgement.reasons.map((r) => r.text).join('; ');
    if (reason === undefined) expect(text).toBe('');
    else expect(text).toMatch(reason);
  });
});

describe('a requirement named by one test', () => {
  const rows: readonly (readonly [string, Partial<Testimony>, Verdict])[] = [
    ['shown', {}, 'pass'],
    ['promised, never reached by a test that passed', { shown: ['b'] }, 'not-run'],
    ['broken', { verdict: 'fail', shown: ['b'], broken: ['a'] }, 'fail'],
    ['shown once, broken another time', { verdict: 'fail', broken: ['a'] }, 'fail'],
    ['shown before the test failed of another', { verdict: 'fail', shown: ['a'], broken: ['b'] }, 'pass'],
    ['never reached, the test failed of another', { verdict: 'fail', shown: [], broken: ['b'] }, 'not-run'],
    ['blamed by a reason', { verdict: 'fail', shown: ['a'], reasons: [{ requirement: 'a', text: 'late' }] }, 'fail'],
    [
      'never reached, another blamed',
      { verdict: 'fail', shown: [], reasons: [{ requirement: 'b', text: 'x' }] },
      'not-run',
    ],
    ['never reached, nobody blamed', { verdict: 'fail', shown: [], reasons: [{ text: 'nothing came' }] }, 'fail'],
    ['shown, but the test failed and nobody is blamed', { verdict: 'fail', reasons: [{ text: 'not quiet' }] }, 'fail'],
    ['shown, a missed SHOULD of another blamed', { shown: ['a'], verdict: 'warning', warned: ['b'] }, 'pass'],
    ['a SHOULD missed', { verdict: 'warning', shown: ['b'], warned: ['a'] }, 'warning'],
    ['starved', { verdict: 'inconclusive' }, 'inconclusive'],
    ['broken harness, though shown', { verdict: 'harness-error' }, 'harness-error'],
    ['capability not claimed', { verdict: 'not-applicable', shown: [] }, 'not-applicable'],
    ['test did not run', { verdict: 'not-run', shown: [] }, 'not-run'],
  ];
  it.each(rows)('%s', (_name, change, verdict) => {
    const test = { ...base, ...change };
    expect(judgeRequirement('a', test, test.verdict)).toBe(verdict);
  });
});
