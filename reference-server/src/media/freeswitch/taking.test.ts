import { expect, it } from 'vitest';
import { beginning } from './taking.ts';

it.each([
  ['by where it began, when the end says no more', [0, 1, 1000, 1001, 990], 15.5],
  ['by where it ended', [0, 1, 1000, 1001, 1000], 10.5],
  ['by the beginning alone when both do not agree', [0, 2, 1000, 1001, 300], 11],
] as const)('a recording lies in time %s', (_, [asked, started, ending, ended, length], moment) => {
  expect(beginning(asked, started, ending, ended, length)).toBe(moment);
});
