import { describe, expect, it } from 'vitest';
import type { Report, ReportRequirement, ReportTest } from '../../report/model.ts';
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
    ending: { exitCode: list.some(({ verdict }) => verdict === 'fail') ? 1 : 0 },
    summary: { passed: 0, failed: 0, skipped: 0, covered: 0, total: 0 },
  } as unknown as Report;
};

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
  it('counts what was not judged again apart, and takes no requirement of it for a difference', () => {
    const found = reported({ 'x/1': 'harness-error' }, 'not re-judged: there is no record of it');
    expect(compareReports(reported({ 'x/1': 'pass' }), found)).toEqual({
      same: 0,
      differences: [],
      unjudged: [{ id: 'x/1', why: 'there is no record of it' }],
    });
  });
});
