import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clockText } from './frame-event.ts';

it.each([
  ['1970-01-01T00:00:00.000Z', '00:00:00.000000'],
  ['2026-01-31T23:59:59.999Z', '23:59:59.999000'],
  ['2026-01-31T09:05:07.042Z', '09:05:07.042000'],
])('stamps %s as %s', (time, text) => {
  expect(clockText(Date.parse(time))).toBe(text);
});

it('is the time of day of any date', () => {
  const dates = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(fc.property(dates, (date) => clockText(date.getTime()) === `${date.toISOString().slice(11, 23)}000`));
});
