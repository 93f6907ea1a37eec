import { describe, expect, it } from 'vitest';
import { tonePlans } from './tone-plan.ts';
import { ringingTone } from './tones.ts';

// Limits of ITU-T E.180 for ringing tones: the accepted range of frequencies, those of modulated tones' side bands included,
// tone of 0.67 to 1.5 s with silence of 3 to 5 s recommended; what networks have (Supplement 2) goes a little beyond.
describe.each([...tonePlans])('the ringing tone of %s', (plan) => {
  const { frequencies, cadence } = ringingTone(plan);
  const sum = (from: number): number => cadence.reduce((all, part, i) => all + (i % 2 === from ? part : 0), 0);

  it('is made of frequencies that ringing tones have', () => {
    expect(frequencies.length).toBeGreaterThan(0);
    for (const frequency of frequencies) {
      expect(frequency).toBeGreaterThanOrEqual(360);
      expect(frequency).toBeLessThanOrEqual(480);
    }
    expect(frequencies).toEqual([...new Set(frequencies)].toSorted((a, b) => a - b));
  });

  it('sounds and is silent in turn, silent at the end and for longer', () => {
    expect(cadence.length % 2).toBe(0);
    expect(sum(0)).toBeGreaterThanOrEqual(670);
    expect(sum(0)).toBeLessThanOrEqual(2000);
    expect(sum(1)).toBeGreaterThanOrEqual(2000);
    expect(sum(1)).toBeLessThanOrEqual(5000);
    expect(cadence.at(-1)).toBe(Math.max(...cadence));
  });
});

it.each([
  ['SE', [425], [1000, 5000]],
  ['DE', [425], [1000, 4000]],
  ['FR', [440], [1500, 3500]],
  ['GB', [400, 450], [400, 200, 400, 2000]],
  ['US', [440, 480], [2000, 4000]],
  ['AT', [420], [1000, 5000]],
  ['CN', [450], [1000, 4000]],
  ['HU', [425], [1250, 3750]],
] as const)('%s', (plan, frequencies, cadence) => {
  expect(ringingTone(plan)).toEqual({ frequencies, cadence });
});
