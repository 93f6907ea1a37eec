import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../verdict/verdict.ts';
import { buildReport } from '../build.ts';
import type { Report, ReportTest } from '../model.ts';
import { sampleInput } from '../testing/sample.ts';
import { type Change, compare, type Turn } from './compare.ts';
import { compareLine, compareMarkdown, compareText } from './words.ts';

const { report } = buildReport(sampleInput(40, 100));
const [passing] = report.tests.filter(({ verdict }) => verdict === 'pass');
if (passing === undefined) throw new Error('the sample has no test that passes');
const [row] = report.requirements.filter(({ verdict }) => verdict === 'pass');
if (row === undefined) throw new Error('the sample has no row that passes');

/** A run of one test and one row. */
function run(test: Partial<ReportTest> | undefined, verdict: Verdict | undefined, part = false): Report {
  const { selection: _, ...settings } = report.settings;
  return {
    ...report,
    settings: part ? { ...settings, selection: { area: 'ivr' } } : settings,
    tests: test === undefined || passing === undefined ? [] : [{ ...passing, ...test }],
    requirements: verdict === undefined || row === undefined ? [] : [{ ...row, verdict }],
  };
}
const turns = (list: readonly Change[]): Turn[] => list.map(({ turn }) => turn);

describe('a test', () => {
  it.each<[Verdict | undefined, Verdict | undefined, Turn | 'no change', Partial<ReportTest>?]>([
    ['pass', 'pass', 'no change'],
    ['pass', 'fail', 'worse'],
    ['pass', 'harness-error', 'worse'],
    ['pass', 'warning', 'worse'],
    ['pass', 'not-run', 'worse'],
    ['pass', 'not-applicable', 'worse'],
    ['pass', 'inconclusive', 'unjudged'],
    ['warning', 'inconclusive', 'unjudged'],
    ['fail', 'inconclusive', 'unjudged'],
    ['not-run', 'inconclusive', 'other'],
    ['harness-error', 'inconclusive', 'other'],
    ['inconclusive', 'inconclusive', 'no change'],
    ['fail', 'inconclusive', 'other', { knownFailure: 'ticket 7' }],
    ['pass', 'fail', 'other', { knownFailure: 'ticket 7' }],
    ['fail', 'pass', 'better'],
    ['fail', 'warning', 'better'],
    ['fail', 'not-run', 'unjudged'],
    ['fail', 'not-applicable', 'unjudged'],
    ['fail', 'harness-error', 'other'],
    ['inconclusive', 'fail', 'worse'],
    ['not-applicable', 'fail', 'worse'],
    ['not-applicable', 'pass', 'better'],
    ['not-run', 'not-applicable', 'other'],
    ['inconclusive', 'pass', 'better'],
    [undefined, 'pass', 'other'],
    [undefined, 'fail', 'worse'],
    ['pass', undefined, 'worse'],
    ['fail', undefined, 'unjudged'],
    ['inconclusive', undefined, 'other'],
  ])('%s → %s is %s', (from, to, expected, more = {}) => {
    const of = (verdict: Verdict | undefined, extra = {}) => run(verdict && { verdict, ...extra }, 'pass');
    const { tests, worse, incomplete } = compare(of(from), of(to, more));
    expect(turns(tests)).toEqual(expected === 'no change' ? [] : [expected]);
    expect({ worse, incomplete }).toEqual({ worse: expected === 'worse', incomplete: expected === 'unjudged' });
  });

  it('that a part of a run left out is no loss', () => {
    for (const verdict of ['pass', 'fail'] as const)
      expect(compare(run({ verdict }, verdict), run(undefined, 'not-run', true))).toMatchObject({
        worse: false,
        incomplete: false,
      });
    expect(compare(run({ verdict: 'pass' }, 'pass'), run({ verdict: 'fail' }, 'fail', true)).worse).toBe(true);
  });

  it.each([
    ['twice as long and by a second', 900, 2000, 1],
    ['by a second, not twice as long', 3000, 4500, 0],
    ['twice as long, by little', 100, 300, 0],
  ])('that takes longer: %s', (_name, from, to, expected) => {
    const { slower, worse } = compare(run({ durationMs: from }, 'pass'), run({ durationMs: to }, 'pass'));
    expect(slower).toHaveLength(expected);
    expect(worse).toBe(false);
  });
});

describe('a requirement', () => {
  it.each<[Verdict | undefined, Verdict | undefined, Turn]>([
    ['pass', 'fail', 'worse'],
    ['pass', 'not-run', 'worse'],
    ['fail', 'not-run', 'unjudged'],
    ['fail', 'inconclusive', 'unjudged'],
    ['not-run', 'pass', 'better'],
    ['pass', undefined, 'other'],
    ['fail', undefined, 'other'],
    [undefined, 'fail', 'other'],
  ])('%s → %s is %s', (from, to, expected) => {
    const { requirements, worse, incomplete } = compare(run({}, from), run({}, to));
    expect(turns(requirements)).toEqual([expected]);
    expect({ worse, incomplete }).toEqual({ worse: expected === 'worse', incomplete: expected === 'unjudged' });
  });
});

it('a requirement whose failures the baseline accepts is no worse, one of another failure is', () => {
  const failed = run({ verdict: 'fail', knownFailure: 'ticket 7' }, 'fail');
  const of = (...ids: readonly string[]): Report => ({
    ...failed,
    requirements: failed.requirements.map((one) => ({ ...one, tests: ids.map((id) => ({ id, verdict: 'fail' })) })),
  });
  const before = run({ verdict: 'pass' }, 'pass');
  expect(compare(before, of(passing.id)).worse).toBe(false);
  expect(compare(before, of(passing.id, 'a/other')).worse).toBe(true);
});

it('a run that ends worse with the same verdicts is worse, one that ends without enough of them incomplete', () => {
  const ended = (exitCode: 0 | 1 | 3): Report => ({
    ...run({ verdict: 'pass' }, 'pass'),
    ending: { exitCode, interrupted: false, reasons: [] },
  });
  expect(compare(ended(0), ended(1)).worse).toBe(true);
  expect(compare(ended(1), ended(0)).worse).toBe(false);
  expect(compare(ended(1), ended(1)).worse).toBe(false);
  expect(compare(ended(0), ended(3))).toMatchObject({ worse: false, incomplete: true });
  expect(compare(ended(3), ended(3))).toMatchObject({ worse: false, incomplete: false });
});

describe('what is told', () => {
  const bad = compare(
    run({ verdict: 'pass' }, 'pass'),
    run({ verdict: 'fail', reasons: [{ text: 'a | b\nnothing came' }] }, 'fail'),
  );
  it('of something that got worse says what and why', () => {
    const text = compareText(bad, (_tone, words) => words);
    expect(text).toContain(`tests, worse:\n  pass → fail  ${passing.id}\n      a | b nothing came\n`);
    expect(text.trimEnd().split('\n').at(-1)).toBe(compareLine(bad));
    expect(compareLine(bad)).toBe(
      'diff: tests 1 worse, 0 no longer judged, 0 better, 0 changed; requirements 1 worse, 0 no longer judged, 0 better, 0 changed; worse',
    );
  });

  it('of something that is no longer judged stands by itself, with why', () => {
    const unjudged = compare(
      run({ verdict: 'fail' }, 'fail'),
      run({ verdict: 'inconclusive', reasons: [{ text: 'held up' }] }, 'inconclusive'),
    );
    const text = compareText(unjudged, (_tone, words) => words);
    expect(text).toContain(`tests, no longer judged:\n  fail → inconclusive  ${passing.id}\n      held up\n`);
    expect(text).toMatch(/tests 0 worse, 1 no longer judged, .*; incomplete\n$/);
    expect(compareMarkdown(unjudged)).toMatch(/^## ⚠️ Not worse than before, as far as it was judged\n/);
  });

  it('as Markdown keeps to its table', () => {
    const text = compareMarkdown(bad);
    expect(text).toMatch(/^## ❌ Worse than before\n/);
    expect(text).toContain(`| ❌ | <code>${passing.id}</code> | pass → fail | a &#124; b nothing came |`);
  });

  it('of the same run is nothing', () => {
    const same = compare(report, report);
    expect(same).toMatchObject({ tests: [], requirements: [], slower: [], worse: false });
    expect(compareMarkdown(same)).toMatch(/^## ✅ Not worse than before\n/);
  });
});
