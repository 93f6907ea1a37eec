import { expect, it } from 'vitest';
import { atLeast, between, ofMany } from './expected.ts';

it.each([
  ['below', between(38, 42), 30, 8],
  ['above', between(38, 42), 42.5, 0.5],
  ['a mean of twenty, above', ofMany(between(38, 42), 20), 42.5, 10],
  ['not enough', atLeast(10), 4, 6],
])('tells how far out a number is: %s', (_name, expected, actual, out) => {
  if (!('outBy' in expected)) throw new Error('it does not tell');
  expect(expected.holds(actual)).toBe(false);
  expect(expected.outBy?.(actual)).toBe(out);
});
