import { describe, expect, it } from 'vitest';
import { buildReport } from '../../report/build.ts';
import type { Report, ReportRequirement, ReportTest } from '../../report/model.ts';
import { sampleInput } from '../../report/testing/sample.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import { compareReports } from './compare.ts';

const reported = (tests: Readonly<Record<string, Verdict>>, reason?: string): Report => {
  const list = Object.entries(tests).map(([id, verdict]) => ({
    id,
    verdict,
    reasons: reason === undefined ? [] : [{ text: reason }],
  }));
  const row = { slug: 'a', verdict: list.at(-1)?.verdict, tests: list.map(({ id, verdict }) => ({ id, verdict })) };
  return {
    tests: list as unknown as readonly ReportTest[],
    requirements: [row as unknown as ReportRequirement],
    ending: { exitCode: list.some(({ verdict }) => verdict === 'fail') ? 1 : 0, reasons: [] },
    summary: { passed: 0, failed: 0, skipped: 0, covered: 0, total: 0 },
  } as unknown as Report;
};

const renamed = (report: Report, change: Partial<ReportRequirement>): Report => ({
  ...report,
  requirements: report.requirements.map((row) => ({ ...row, ...change })),
});
const elsewhere = (report: Report): ReportTest[] =>
  report.tests.map((test) => ({ ...test, artifacts: [{ name: 'a', path: 'b', mediaType: 'c' }] }));

describe('what was found again beside what is stated', () => {
  it('is the same', () => {
    const both = { 'x/1': 'pass', 'x/2': 'fail' } as const;
    expect(compareReports(reported(both), reported(both))).toEqual({ same: 2, differences: [], unjudged: [] });
  });
  it('differs in a test, its requirement and the ending', () => {
    const { differences } = compareReports(reported({ 'x/1': 'pass' }), reported({ 'x/1': 'fail' }, 'came "2"'));
    expect(differences).toEqual([
      'x/1: the report says pass, the evidence fail: came "2"',
      'requirement a: the report says pass, the evidence fail',
      'the report ends with 0, the evidence with 1',
    ]);
  });
  it.each<[string, (report: Report) => unknown, readonly string[]]>([
    [
      'a value that came',
      (report) => ({
        ...report,
        tests: report.tests.map((test) => ({ ...test, expectations: [{ actual: '"3"', expected: '"3"' }] })),
      }),
      ['session/sample-0: expectations.0'],
    ],
    ['a counted profile', (report) => ({ ...report, summary: { ...report.summary, profiles: [] } }), ['profiles: ']],
    ['a reason of the ending', (report) => ({ ...report, ending: { ...report.ending, reasons: ['x'] } }), ['ending: ']],
    ['a finding that is left out', (report) => ({ ...report, findings: [] }), ['findings: ']],
    ['the words of a requirement', (report) => renamed(report, { text: 'x' }), ['requirement ']],
    ['a requirement that is left out', (report) => ({ ...report, requirements: [] }), ['requirement ']],
    ['a requirement twice', (report) => renamed(report, { slug: 'twice' }), ['requirement ']],
    ['where the files of SIPp lie', (report) => ({ ...report, tests: elsewhere(report) }), []],
  ])('holds %s against the evidence', (_, change, sentences) => {
    const { report } = buildReport(sampleInput(3, 5));
    const found = { ...report, findings: [{ kind: 'leftover' as const, at: 1, text: 'a call' }] };
    const { differences } = compareReports(change(found) as Report, found);
    for (const sentence of sentences) expect(differences.some((text) => text.startsWith(sentence))).toBe(true);
    expect(differences.length > 0).toBe(sentences.length > 0);
  });
  it('lets the ending of repeated runs be worse than that of the last one, and not better', () => {
    const ended = (exitCode: number, reasons: readonly string[]): Report => {
      const { report } = buildReport(sampleInput(3, 5));
      return { ...report, ending: { ...report.ending, reasons, exitCode: exitCode as 0 | 1 } };
    };
    const repeated = (report: Report): Report => ({
      ...report,
      repetitions: { count: 2, tests: 3, flakes: [], runs: [] },
    });
    expect(compareReports(repeated(ended(1, ['the first'])), ended(0, [])).differences).toEqual([]);
    expect(compareReports(repeated(ended(1, ['first', 'last'])), ended(1, ['last'])).differences).toEqual([]);
    expect(compareReports(repeated(ended(0, [])), ended(1, ['last'])).differences).toHaveLength(2);
    expect(compareReports(ended(1, []), ended(0, [])).differences).toEqual([
      'the report ends with 1, the evidence with 0',
    ]);
  });
  it('counts what was not judged again apart, and takes no requirement of it for a difference', () => {
    const found = reported({ 'x/1': 'harness-error' }, 'not re-judged: there is no record of it');
    expect(compareReports(reported({ 'x/1': 'pass' }), found)).toEqual({
      same: 0,
      differences: [],
      unjudged: [{ id: 'x/1', why: 'there is no record of it' }],
    });
  });
});
