import { describe, expect, it } from 'vitest';
import type { Testimony } from '../verdict/test-verdict.ts';
import { NO_TRAFFIC } from '../verdict/traffic.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { cover, type JudgedTest } from './coverage.ts';

const testimony = (verdict: Verdict, requirements: readonly string[], shown: readonly string[] = []): Testimony => ({
  verdict,
  requirements,
  shown,
  broken: [],
  warned: [],
  reasons: [],
  needs: {},
  observed: NO_TRAFFIC,
});
const judgedTest = (
  id: string,
  verdict: Verdict,
  requirements: readonly string[],
  shown = requirements,
): JudgedTest => ({
  id,
  verdict,
  testimony: testimony(verdict, requirements, shown),
});

const rows = [{ slug: 'a' }, { slug: 'b' }, { slug: 'c' }, { slug: 'd', untestable: 'inside the server' }];

describe('cover', () => {
  it('counts covered and testable rows', () => {
    const coverage = cover(rows, [judgedTest('t1', 'pass', ['a', 'b'], ['a'])], new Set());
    expect(coverage.total).toBe(3);
    expect(coverage.covered).toBe(1);
    expect(coverage.unnamed).toEqual(['c']);
  });

  it('keeps rows in the order of the catalogue and gives every row a verdict', () => {
    const coverage = cover(rows, [judgedTest('t1', 'pass', ['a', 'b'], ['a'])], new Set());
    expect(coverage.rows.map(({ row, verdict }) => [row.slug, verdict])).toEqual([
      ['a', 'pass'],
      ['b', 'not-run'],
      ['c', 'not-run'],
      ['d', 'untestable'],
    ]);
  });

  const folds: readonly (readonly [string, readonly JudgedTest[], Verdict, number])[] = [
    ['no test', [], 'not-run', 0],
    ['two passes', [judgedTest('1', 'pass', ['a']), judgedTest('2', 'pass', ['a'])], 'pass', 1],
    ['one pass, one not run', [judgedTest('1', 'pass', ['a']), judgedTest('2', 'not-run', ['a'], [])], 'not-run', 1],
    ['one pass, one fault', [judgedTest('1', 'pass', ['a']), judgedTest('2', 'fail', ['a'], [])], 'fail', 1],
    ['starved alone is not covered', [judgedTest('1', 'inconclusive', ['a'])], 'inconclusive', 0],
    ['a broken harness alone is not covered', [judgedTest('1', 'harness-error', ['a'])], 'harness-error', 0],
    ['not applicable is not covered', [judgedTest('1', 'not-applicable', ['a'], [])], 'not-applicable', 0],
    ['an expectation on a row that was not announced', [judgedTest('1', 'pass', [], ['a'])], 'pass', 1],
  ];
  it.each(folds)('%s', (_name, tests, verdict, covered) => {
    const coverage = cover([{ slug: 'a' }], tests, new Set());
    expect(coverage.rows[0]?.verdict).toBe(verdict);
    expect(coverage.covered).toBe(covered);
  });

  it('a row said to be untestable is judged by a test that shows it all the same, and stays outside C and T', () => {
    const coverage = cover([{ slug: 'd', untestable: 'why' }], [judgedTest('1', 'pass', ['d'])], new Set());
    expect(coverage.rows[0]?.verdict).toBe('pass');
    expect([coverage.covered, coverage.total]).toEqual([0, 0]);
  });

  it('a row for applications is not applicable to a service, and stays outside C and T', () => {
    const coverage = cover([{ slug: 'd', role: 'application' }], [], new Set());
    expect(coverage.rows[0]?.verdict).toBe('not-applicable');
    expect([coverage.covered, coverage.total, coverage.unnamed]).toEqual([0, 0, []]);
  });

  it('a row without a test is not applicable when its capability is not claimed', () => {
    const own = [
      { slug: 'x', capability: 'echo' },
      { slug: 'y', capability: 'ivr' },
    ];
    const coverage = cover(own, [], new Set(['ivr']));
    expect(coverage.rows.map(({ verdict }) => verdict)).toEqual(['not-applicable', 'not-run']);
    expect(coverage.total).toBe(2);
  });
});
