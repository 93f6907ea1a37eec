import { describe, expect, it } from 'vitest';
import { judge, limitsOf } from '../figures/objectives.ts';
import { figuresOf } from '../figures/testing/figures.ts';
import { compare, orderOf } from './compare.ts';
import { compareMarkdown, compareText, lastLine } from './words.ts';

/** A step with so many completed calls a second, and so many that failed. */
function step(perSecond: number, failed = 0) {
  const figures = figuresOf({ calls: { perSecond, failed } });
  return { figures, objectives: judge(limitsOf([], ['calls.failed<=0']), figures) };
}
const rateOf = (a: readonly number[], b: readonly number[], tolerance = 0.1) =>
  compare(
    a.map((rate) => step(rate)),
    b.map((rate) => step(rate)),
    tolerance,
  ).rows.find(({ measure }) => measure === 'calls.rate');

describe('a measure that is better high', () => {
  it.each([
    ['all of B above all of A', [100, 110], [150, 160], 'better'],
    ['all of B below all of A', [100, 110], [60, 70], 'worse'],
    ['steps that overlap', [100, 160], [150, 200], 'same'],
    ['apart, but within the tolerance', [100, 101], [104, 105], 'same'],
    ['the same', [100, 100], [100, 100], 'same'],
  ])('%s', (_name, a, b, verdict) => {
    expect(rateOf(a, b)?.verdict).toBe(verdict);
  });

  it('has the median, its ratio, the ratio of each round and the spread', () => {
    expect(rateOf([100, 120], [200, 180])).toMatchObject({
      ...{ a: 110, b: 190, ratio: 1.727, from: 1.5, to: 2, spread: 0.1818 },
    });
  });
});

it('judges a measure that is better low the other way round', () => {
  const { rows } = compare([step(1, 4)], [step(1, 1)], 0.1);
  expect(rows.find(({ measure }) => measure === 'calls.failed')).toMatchObject({ verdict: 'better', ratio: 0.25 });
});

it('has no ratio to nothing, and yet a verdict', () => {
  const { rows, objectives } = compare([step(1, 0)], [step(1, 3)], 0.1);
  const row = rows.find(({ measure }) => measure === 'calls.failed');
  expect(row).toMatchObject({ a: 0, b: 3, verdict: 'worse' });
  expect(row?.ratio).toBeUndefined();
  expect(objectives).toEqual([{ measure: 'calls.failed', a: true, b: false }]);
});

it('says of a measure that one side does not have only that', () => {
  const with_ = { ...step(1), figures: { ...figuresOf({ heard: 3 }) } };
  const { rows } = compare([step(1)], [with_], 0.1);
  expect(rows.find(({ measure }) => measure === 'heard.percent')).toMatchObject({ b: 100, verdict: 'unknown' });
  expect(rows.some(({ measure }) => measure === 'rest.p95')).toBe(false);
});

it('takes turns so that a drift falls on both alike', () => {
  expect(orderOf(2).map(({ side }) => side)).toEqual(['a', 'b', 'b', 'a']);
  expect(orderOf(3).map(({ side, round }) => side + round)).toEqual(['a1', 'b1', 'b2', 'a2', 'a3', 'b3']);
});

it('has no row for what memory rose by divided by calls, which older reports have: it is of the start, not of a call', () => {
  const old = step(100);
  const target = {
    cpuSeconds: 1,
    busyCores: 1,
    bytesBefore: 1,
    mostBytes: 2,
    bytesAfter: 2,
    leftovers: {},
    bytesPerCall: 7e6,
  };
  const measures = compare([{ ...old, figures: { ...old.figures, target } }], [old], 0.1).rows.map(
    ({ measure }) => measure,
  );
  expect(measures).toContain('target.bytes');
  expect(measures).not.toContain('target.bytesPerCall');
});

describe('the table', () => {
  const side = (name: string) => ({ name, embedded: false, scenario: 'ivr' });
  const shown = { ...compare([step(100)], [step(50, 3)], 0.1), a: side('one'), b: side('other') };

  it('shows both, the ratio and what is worse', () => {
    const text = compareText(shown, (_tone, line) => line);
    expect(text).toMatch(/^A: one, ivr\nB: other, ivr\n/);
    expect(text).toMatch(/completed calls a second +100 +50 +0\.50 +worse/);
    expect(text).toMatch(/✗ failed calls: A held the objective, B did not/);
  });

  it('is there for a pull request too', () => {
    expect(compareMarkdown(shown)).toMatch(/\| completed calls a second \| 100 \| 50 \| 0\.50 \| {2}\| {2}\| worse \|/);
  });

  it('ends in a line that scripts can read', () => {
    expect(lastLine(shown, 'diff')).toMatch(
      /^load: diff: B is better in \d+, worse in 2, the same in \d+ measures; 1 objectives that A held and B did not$/,
    );
  });
});
