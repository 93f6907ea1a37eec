import { describe, expect, it } from 'vitest';
import { buildReport } from '../report/build.ts';
import type { Report } from '../report/model.ts';
import { sampleInput } from '../report/testing/sample.ts';
import type { ExitCode } from '../verdict/exit-code.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { flakeLine, flakeWords, Repetitions } from './flakes.ts';

const { report: sample } = buildReport(sampleInput(1, 1));
const [example] = sample.tests;
if (example === undefined) throw new Error('the sample has no test');
const blank = example;

function repetition(verdicts: Readonly<Record<string, Verdict>>, exitCode: ExitCode, interrupted = false): Report {
  return {
    ...sample,
    ending: { exitCode, interrupted, reasons: [] },
    tests: Object.entries(verdicts).map(([id, verdict]) => ({
      ...blank,
      id,
      verdict,
      reasons: verdict === 'pass' ? [] : [{ text: `${id} was ${verdict}` }],
    })),
  };
}

const all = (...reports: readonly Report[]): Repetitions => {
  const repetitions = new Repetitions();
  reports.forEach((report, i) => {
    repetitions.add(report, report.ending.exitCode === 0 ? undefined : `repetition-${i + 1}`);
  });
  return repetitions;
};

describe('repetitions', () => {
  it('of the same verdicts have no flake, whatever these are', () => {
    const same = repetition({ a: 'pass', b: 'fail', c: 'not-applicable' }, 1);
    const summary = all(same, same, same).summary();
    expect(summary.flakes).toEqual([]);
    expect(flakeLine(summary)).toBe('flakes: 0 of 3 tests in 3 repetitions');
  });

  it('tell each test that differs, how often, and why', () => {
    const good = repetition({ a: 'pass', b: 'pass' }, 0);
    const summary = all(good, repetition({ a: 'fail', b: 'pass' }, 1), good, good).summary();
    expect(summary.flakes).toEqual([
      {
        id: 'a',
        rate: 0.25,
        verdicts: { pass: 3, fail: 1 },
        reasons: [{ repetition: 2, verdict: 'fail', text: 'a was fail' }],
      },
    ]);
    expect(summary.runs.map(({ exitCode, report }) => [exitCode, report])).toEqual([
      [0, undefined],
      [1, 'repetition-2'],
      [0, undefined],
      [0, undefined],
    ]);
    expect(flakeLine(summary)).toBe('flakes: 1 of 2 tests in 4 repetitions');
    expect(flakeWords(summary)).toEqual(['a  pass 3, fail 1  (25 % other than mostly)', '  2: fail: a was fail']);
  });

  it('count a test that was inconclusive once, and one that was missing', () => {
    const summary = all(repetition({ a: 'pass', b: 'pass' }, 0), repetition({ a: 'inconclusive' }, 3)).summary();
    expect(summary.flakes.map(({ id, verdicts }) => [id, verdicts])).toEqual([
      ['a', { pass: 1, inconclusive: 1 }],
      ['b', { pass: 1, 'not-run': 1 }],
    ]);
  });

  it('say which test had to be asked again, when and why, which is no flake', () => {
    const good = repetition({ a: 'pass' }, 0);
    const heldUp = { reasons: [{ text: 'the machine stood still' }], startedAt: 0, durationMs: 5 };
    const again = { ...good, tests: good.tests.map((test) => ({ ...test, earlier: [heldUp] })) };
    const summary = all(good, again).summary();
    expect(summary.runs.map(({ askedAgain }) => askedAgain)).toEqual([
      undefined,
      [{ id: 'a', reason: 'the machine stood still' }],
    ]);
    expect(flakeWords(summary)).toEqual([
      '1 test was asked again after an inconclusive attempt',
      '  2: a: the machine stood still',
    ]);
    expect(flakeLine(summary)).toBe('flakes: 0 of 1 tests in 2 repetitions');
  });

  it('leave out what a stopped one did not come to', () => {
    const summary = all(repetition({ a: 'pass' }, 0), repetition({ a: 'not-run' }, 3, true)).summary();
    expect(summary).toMatchObject({ count: 2, flakes: [] });
  });

  it.each<readonly [string, readonly ExitCode[], ExitCode, readonly string[]]>([
    ['all conformant', [0, 0], 0, []],
    ['one not conformant', [0, 1, 0], 1, ['repetition 2 of 3 ended so']],
    ['a fault outweighs a broken suite', [4, 1, 1], 1, ['repetitions 2, 3 of 3 ended so']],
    ['a broken suite outweighs a gap', [3, 4], 4, ['repetition 2 of 2 ended so']],
    ['a stale baseline outweighs a gap', [3, 5], 5, ['repetition 2 of 2 ended so']],
    ['a gap', [0, 3], 3, ['repetition 2 of 2 ended so']],
  ])('end as the worst of them: %s', (_name, codes, exitCode, reasons) => {
    const repetitions = all(...codes.map((code) => repetition({ a: 'pass' }, code)));
    expect(repetitions.ending()).toEqual({ exitCode, interrupted: false, reasons });
  });
});
