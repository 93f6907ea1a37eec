import { expect, it } from 'vitest';
import { duration, lasting, proportions, wholePositive } from './values.ts';
import { bytes, ms, time } from './words.ts';

it.each([
  ['90', 90],
  ['1.5', 1.5],
  ['90s', 90],
  ['10m', 600],
  ['1h30m', 5400],
  ['250ms', 0.25],
])('%s is so many seconds', (text, seconds) => {
  expect(duration(text)).toBeCloseTo(seconds);
});

it.each(['', 'x', '10x', '5m!', '-3'])('"%s" is no time', (text) => {
  expect(() => duration(text)).toThrow(/seconds/);
});

it.each(['0', '0s', '0m0s', '0.0'])('"%s" is no time that something lasts', (text) => {
  expect(() => lasting(text)).toThrow(/more than 0 s/);
});

it('takes a time that something lasts', () => {
  expect(lasting('250ms')).toBeCloseTo(0.25);
});

it.each(['0', '-1', '1.5', 'many', ''])('"%s" is no whole number above 0', (text) => {
  expect(() => wholePositive(text)).toThrow();
});

it('reads shares', () => {
  expect(proportions('ivr:60, bridge=40')).toEqual({ ivr: 60, bridge: 40 });
});

it.each([
  [ms(0.456), '0.46 ms'],
  [ms(12.34), '12 ms'],
  [ms(312.6), '313 ms'],
  [ms(12_345), '12.3 s'],
  [bytes(52_000_000), '50 MiB'],
  [bytes(60 * 1024), '60 KiB'],
  [time(90), '90 s'],
  [time(600), '10 min'],
  [time(7200), '2 h'],
])('%s', (shown, wanted) => {
  expect(shown).toBe(wanted);
});
