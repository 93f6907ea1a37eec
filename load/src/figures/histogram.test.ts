import { expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

const of = (...values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
};
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

it('gives quantiles that are right to half a per cent', () => {
  const histogram = of(...upTo(1000));
  for (const [q, exact] of [
    [0.5, 500],
    [0.95, 950],
    [0.99, 990],
  ] as const) {
    const value = histogram.quantile(q) ?? 0;
    expect(Math.abs(value - exact) / exact).toBeLessThan(0.0051);
  }
});

it('never leaves the range of what was added', () => {
  expect(of(7.3).summary()).toMatchObject({ count: 1, min: 7.3, p50: 7.3, p99: 7.3, max: 7.3, mean: 7.3 });
  expect(of(0, 0, 0).summary()).toMatchObject({ min: 0, p50: 0, max: 0 });
});

it.each([
  ['no value', []],
  ['only what is no time', [-1, Number.NaN, Number.POSITIVE_INFINITY]],
])('has nothing to say of %s', (_name, values) => {
  expect(of(...values).summary()).toBeUndefined();
});

it('added up it is as if all had been added to one', () => {
  const sum = of(...upTo(300));
  sum.addAll(of(...upTo(1000).slice(300)));
  expect(sum.summary()).toEqual(of(...upTo(1000)).summary());
});

it('comes back from a report, bucket by bucket', () => {
  const before = of(0, 0.001, 0.4, ...upTo(500), 12_345).summary();
  if (before === undefined) throw new Error('nothing was added');
  expect(Histogram.of(before).summary()).toEqual(before);
});
