import { describe, expect, it } from 'vitest';
import { column, fold, join, judged, tally, VERDICTS, type Verdict } from './verdict.ts';

describe('join', () => {
  const pairs = VERDICTS.flatMap((a) => VERDICTS.map((b) => [a, b] as const));

  it.each(pairs)('%s with %s does not depend on their order', (a, b) => {
    expect(join(a, b)).toBe(join(b, a));
    expect([a, b]).toContain(join(a, b));
  });

  it('is idempotent and associative for all verdicts', () => {
    for (const a of VERDICTS) {
      expect(join(a, a)).toBe(a);
      for (const [b, c] of pairs) expect(join(join(a, b), c)).toBe(join(a, join(b, c)));
    }
  });

  it('never turns an open question green', () => {
    const open: readonly Verdict[] = ['fail', 'harness-error', 'inconclusive', 'not-run'];
    for (const verdict of open) for (const other of VERDICTS) expect(open).toContain(join(verdict, other));
  });
});

describe('fold', () => {
  const rows: readonly (readonly [string, readonly Verdict[], Verdict])[] = [
    ['nothing', [], 'not-run'],
    ['one pass', ['pass'], 'pass'],
    ['a fault among passes', ['pass', 'fail', 'pass'], 'fail'],
    ['a missed SHOULD among passes', ['pass', 'warning'], 'warning'],
    ['a test that did not run beside one that passed', ['pass', 'not-run'], 'not-run'],
    ['a starved test beside one that passed', ['pass', 'inconclusive'], 'inconclusive'],
    ['a broken harness beside a pass', ['harness-error', 'pass'], 'harness-error'],
    ['a proven fault beside a broken harness', ['harness-error', 'fail'], 'fail'],
    ['a capability claimed by one test only', ['not-applicable', 'pass'], 'pass'],
    ['no capability claimed', ['not-applicable', 'not-applicable'], 'not-applicable'],
    ['nothing but untestable', ['untestable'], 'untestable'],
  ];
  it.each(rows)('%s', (_name, verdicts, expected) => {
    expect(fold(verdicts)).toBe(expected);
  });
});

describe('columns', () => {
  const rows: readonly (readonly [Verdict, 'passed' | 'failed' | 'skipped', boolean])[] = [
    ['pass', 'passed', true],
    ['warning', 'passed', true],
    ['fail', 'failed', true],
    ['harness-error', 'failed', false],
    ['inconclusive', 'skipped', false],
    ['not-applicable', 'skipped', false],
    ['untestable', 'skipped', false],
    ['not-run', 'skipped', false],
  ];
  it('has a row for every verdict', () => {
    expect(rows.map(([verdict]) => verdict).toSorted()).toEqual([...VERDICTS].toSorted());
  });
  it.each(rows)('%s is %s', (verdict, expected, isJudged) => {
    expect(column(verdict)).toBe(expected);
    expect(judged(verdict)).toBe(isJudged);
  });
});

it('tally counts every verdict, absent ones as zero', () => {
  const counts = tally(['pass', 'pass', 'fail']);
  expect(counts.pass).toBe(2);
  expect(counts.fail).toBe(1);
  expect(Object.keys(counts).toSorted()).toEqual([...VERDICTS].toSorted());
  expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(3);
});
