import { describe, expect, it } from 'vitest';
import { countAxis, niceStep, percentOn, placeOn, timeAxis, valueAxis } from './scale.ts';

describe('niceStep', () => {
  it.each([
    ['exactly one', 1, false, 1],
    ['a little more than one', 1.01, false, 2],
    ['two and a half', 2.2, false, 2.5],
    ['five', 3, false, 5],
    ['the next power', 6, false, 10],
    ['a fraction', 0.03, false, 0.05],
    ['many', 37_000, false, 50_000],
    ['no fraction of what is whole', 0.3, true, 1],
    ['no two and a half of what is whole', 2.2, true, 5],
    ['nothing', 0, false, 1],
    ['no number', Number.NaN, false, 1],
  ])('%s', (_name, value, whole, step) => {
    expect(niceStep(value, whole)).toBe(step);
  });
});

describe('valueAxis', () => {
  const labels = (most: number, unit: Parameters<typeof valueAxis>[1]): string =>
    valueAxis(most, unit)
      .ticks.map(({ label }) => label)
      .join(' ');

  it.each([
    ['milliseconds', 37, 'ms', 'ms', '0 10 20 30 40'],
    ['seconds where there are many', 42_000, 'ms', 's', '0 20 40 60'],
    ['MiB', 230 * 1024 ** 2, 'bytes', 'MiB', '0 100 200 300'],
    ['KiB', 900 * 1024, 'bytes', 'KiB', '0 250 500 750 1000'],
    ['whole calls', 1, 'calls', 'calls', '0 1'],
    ['fractions of a core', 0.19, 'cores', 'cores', '0 0.05 0.1 0.15 0.2'],
    ['nothing but zeroes', 0, '%', '%', '0 0.25 0.5 0.75 1'],
  ] as const)('%s', (_name, most, unit, shown, ticks) => {
    expect(valueAxis(most, unit).unit).toBe(shown);
    expect(labels(most, unit)).toBe(ticks);
  });

  it.each([0, 0.0003, 0.7, 1, 99, 101, 4096, 123_456_789])('%d lies on it, and so does the last tick', (most) => {
    for (const unit of ['ms', 'bytes', 'count', '%'] as const) {
      const axis = valueAxis(most, unit);
      expect(axis.to).toBeGreaterThanOrEqual(most);
      expect(axis.ticks.at(-1)?.value).toBeCloseTo(axis.to, 6);
      expect(axis.ticks.length).toBeLessThanOrEqual(6);
    }
  });
});

describe('timeAxis', () => {
  it.each([
    ['seconds', 22, 's', '0 5 10 15 20'],
    ['minutes', 600, 'min', '0 2 4 6 8 10'],
    ['two hours', 7200, 'min', '0 30 60 90 120'],
    ['a day', 86_400, 'h', '0 4 8 12 16 20 24'],
    ['no time at all', 0, 's', '0 1'],
  ])('%s', (_name, to, unit, labels) => {
    const axis = timeAxis(0, to);
    expect(axis.unit).toBe(unit);
    expect(axis.ticks.map(({ label }) => label).join(' ')).toBe(labels);
  });

  it('counts weeks in days', () => {
    const axis = timeAxis(0, 14 * 86_400);
    expect(axis.ticks.length).toBeGreaterThan(2);
    expect(axis.ticks.length).toBeLessThan(9);
  });
});

it('countAxis ends with the greatest value', () => {
  expect(countAxis(130, 'calls')).toMatchObject({ from: 0, to: 130, unit: 'calls' });
  expect(countAxis(130, '').ticks.map(({ label }) => label)).toEqual(['0', '50', '100']);
});

it('places are shares of the way', () => {
  const axis = timeAxis(0, 30);
  expect([0, 15, 30].map((value) => placeOn(axis, value))).toEqual([0, 0.5, 1]);
  expect(percentOn(axis, 10)).toBe(33.33);
});
