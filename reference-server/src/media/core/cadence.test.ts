import { expect, it } from 'vitest';
import { cadence } from './cadence.ts';
import { energy, powerAt } from './tone.ts';

it('sounds and is silent in turn, all frequencies alike', () => {
  const samples = cadence({ frequencies: [440, 480], cadence: [200, 100, 200, 300] });
  expect(samples.length).toBe(6400);
  for (const from of [0, 2400]) {
    const part = samples.subarray(from + 40, from + 1560);
    expect(powerAt(part, 440) / powerAt(part, 480)).toBeCloseTo(1, 0);
    expect((powerAt(part, 440) + powerAt(part, 480)) / 2 / energy(part)).toBeGreaterThan(0.9);
  }
  expect(energy(samples.subarray(1600, 2400)) + energy(samples.subarray(4000))).toBe(0);
});

it.each([
  ['no frequency', { frequencies: [], cadence: [100] }, 800],
  ['no cadence', { frequencies: [400], cadence: [] }, 0],
  ['a negative part', { frequencies: [], cadence: [-5, 100] }, 800],
  ['a round without end', { frequencies: [400], cadence: [1e9] }, 480_000],
])('%s does no harm', (_, tone, length) => {
  expect(cadence(tone).length).toBe(length);
});
