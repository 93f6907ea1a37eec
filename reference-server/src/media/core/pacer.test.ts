import { describe, expect, it } from 'vitest';
import { Pacer } from './pacer.ts';

const options = { interval: 10, maxSteps: 2, maxBehind: 200 };

describe('pacer', () => {
  it('drifts by nothing in an hour of late wake-ups', () => {
    const pacer = new Pacer(0, options);
    let steps = 0;
    let now = 0;
    let late = 0.37;
    while (now < 3_600_000) {
      now += pacer.delay(now) + late;
      late = (late * 7.3) % 1.9;
      steps += pacer.due(now);
    }
    expect(Math.abs(steps - now / 10)).toBeLessThanOrEqual(1);
    expect(pacer.skipped).toBe(0);
  });

  it.each([
    ['before its time', 5, 0],
    ['half a millisecond early', 9.6, 1],
    ['on time', 10, 1],
    ['one step missed', 20, 2],
    ['many missed: no burst', 150, 2],
  ])('%s', (_, now, steps) => {
    expect(new Pacer(0, options).due(now)).toBe(steps);
  });

  it('catches up what was missed, at twice the pace', () => {
    const pacer = new Pacer(0, options);
    let now = 100;
    let steps = 0;
    const gaps: number[] = [];
    for (let wake = 0; wake < 40; wake++) {
      const due = pacer.due(now);
      expect(due).toBeLessThanOrEqual(2);
      steps += due;
      const gap = pacer.delay(now);
      gaps.push(gap);
      now += gap;
    }
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5);
    expect(Math.abs(steps - now / 10)).toBeLessThanOrEqual(1);
    expect(pacer.skipped).toBe(0);
  });

  it('moves the schedule when it is hopelessly behind, and counts what it left out', () => {
    const pacer = new Pacer(0, options);
    expect(pacer.due(1010)).toBe(2);
    expect(pacer.skipped).toBe(81);
    expect(pacer.delay(1010)).toBe(5);
  });
});
