import { describe, expect, it } from 'vitest';
import { Arrivals } from './arrivals.ts';

const BEAT = 2.5;

/** Plays a stream to the looks: arrival times in milliseconds; gives how long each packet waited and the fruitless looks. */
function watch(arrivals: readonly number[], until: number, period?: number) {
  const clock = new Arrivals(BEAT);
  clock.start(0);
  if (period !== undefined) clock.every(period);
  const waits: number[] = [];
  let missed = 0;
  for (let turn = 0; turn * BEAT < until; turn++) {
    if (clock.due > turn) continue;
    for (let left = clock.look(turn); left > 0; left--) {
      const next = arrivals[waits.length];
      if (next === undefined || next > turn * BEAT) {
        clock.missed(turn);
        missed++;
        break;
      }
      clock.came(turn);
      waits.push(turn * BEAT - next);
    }
  }
  return { waits, missed };
}
const even = (count: number, distance: number, first = 0, jitter: (i: number) => number = () => 0): number[] =>
  Array.from({ length: count }, (_, i) => first + i * distance + jitter(i));

describe('looks for packets', () => {
  it.each([
    ['20 ms', 20],
    ['10 ms', 10],
    ['30 ms', 30],
    ['60 ms', 60],
  ])('find those of an even stream of %s at once, nearly without fruitless looks', (_, distance) => {
    const { waits, missed } = watch(even(1000, distance, 7.3), 1000 * distance + 100, distance);
    expect(waits).toHaveLength(1000);
    expect(Math.max(...waits.slice(10))).toBeLessThanOrEqual(2 * BEAT);
    expect(missed).toBeLessThan(120);
  });

  it('follow a sender whose clock is faster, and one whose clock is slower', () => {
    for (const distance of [19.99, 20.01]) {
      const { waits } = watch(even(5000, distance, 3), 5000 * distance);
      expect(Math.max(...waits.slice(50))).toBeLessThan(6 * BEAT);
      expect(waits.length).toBeGreaterThan(4990);
    }
  });

  it('leave nothing waiting behind a burst', () => {
    const burst = [...even(50, 20, 1), ...even(20, 0, 1500), ...even(100, 20, 1520)];
    const { waits } = watch(burst, 5000);
    expect(waits).toHaveLength(170);
    expect(Math.max(...waits.slice(-60))).toBeLessThanOrEqual(2 * BEAT);
  });

  it('bear jitter', () => {
    const { waits, missed } = watch(
      even(1000, 20, 0, (i) => ((i * 7919) % 13) / 2),
      21_000,
    );
    expect(waits).toHaveLength(1000);
    expect(missed).toBeLessThan(3000);
    expect(Math.max(...waits.slice(10))).toBeLessThan(10);
  });

  it('become rare where nothing comes, and find what comes again', () => {
    const { waits, missed } = watch([...even(10, 20), ...even(50, 20, 60_000)], 62_000);
    expect(waits).toHaveLength(60);
    expect(missed).toBeLessThan(2000);
    expect(waits[10]).toBeLessThanOrEqual(16 * BEAT);
  });
});
