import { describe, expect, it } from 'vitest';
import { GROWTH_SECONDS, growthOf } from './growth.ts';
import type { Sample } from './model.ts';

const mebi = 1024 * 1024;
const seconds = 610;
type Course = (at: number) => number;
const flat: Course = () => 0;

/** A sample a second, with what the target has at that second. */
const series = (length: number, bytes: Course, gauge: Course = flat, inProgress: Course = flat): Sample[] =>
  Array.from({ length }, (_, i) => ({
    ...{ at: i + 1, attempted: 0, completed: 0, failed: 0, inProgress: inProgress(i + 1), callbacks: 0 },
    target: { cpu: 1, bytes: bytes(i + 1), gauges: { sockets: gauge(i + 1) } },
  }));
const level: Course = () => 200 * mebi;

/** The same numbers each time (mulberry32), -1..1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** How a memory without a leak moves, as a share of its level. */
const noises: Readonly<Record<string, (seed: number) => Course>> = {
  'no noise': () => flat,
  'noise of 2 %': (seed) => {
    const random = chance(seed);
    return () => random() * 0.02;
  },
  'a collector of garbage every 10 s': (seed) => (at) => ((at + seed) % 10) / 200,
  'a collector that comes when it likes': (seed) => {
    const random = chance(seed);
    let kept = 0;
    return () => {
      kept = kept > 0.08 + random() * 0.03 ? 0 : kept + 0.003 + random() * 0.002;
      return kept;
    };
  },
};
/** What is no noise, and is not growth either. */
const settling: Readonly<Record<string, Course>> = {
  'growth in the first minute alone': (at) => Math.min(at, 60) / 200,
  'code that is compiled in the first three minutes': (at) => (1 - Math.exp(-at / 50)) / 10,
  'a heap that is enlarged once': (at) => (at > 330 ? 0.1 : 0),
  'one that falls when calls become fewer': (at) => (at > seconds - 1 ? -0.9 : 0),
};

const leak = (of: number, perMinute: number, noise: Course): Course => {
  return (at) => (of * (1 + noise(at)) + (at / 60) * perMinute) * mebi;
};

describe.each([200, 600])('a memory of %i MiB', (of) => {
  it.each(Object.entries(noises))('is told nothing of with %s', (_name, noise) => {
    for (const seed of seeds)
      expect(growthOf(series(seconds, leak(of, 0, noise(seed))), seconds)?.perMinute).toEqual({});
  });

  it.each(Object.entries(settling))('is told nothing of with %s', (_name, course) => {
    expect(growthOf(series(seconds, leak(of, 0, course)), seconds)?.perMinute).toEqual({});
  });

  it.each(
    Object.entries(noises).flatMap(([name, noise]) =>
      [1, 2, 3, 5, 9].map((perMinute) => [perMinute, name, noise] as const),
    ),
  )(
    'that grows by %i MiB a minute is told with %s, unless the run says that it cannot see as little',
    (perMinute, _name, noise) => {
      for (const seed of seeds) {
        const growth = growthOf(series(seconds, leak(of, perMinute, noise(seed))), seconds);
        const least = (growth?.least.bytes ?? Number.POSITIVE_INFINITY) / mebi;
        // Noise of 2 % of 600 MiB is 12 MiB to and fro; even then 2 MiB a minute are seen.
        expect(least).toBeLessThan(of === 200 ? 1 : 2);
        if (perMinute < least) continue;
        expect((growth?.perMinute.bytes ?? 0) / mebi).toBeGreaterThan(perMinute * 0.6);
        expect((growth?.perMinute.bytes ?? 0) / mebi).toBeLessThan(perMinute * 1.4);
      }
    },
  );
});

/** Whole numbers that move by so many to and fro. */
const counted = (course: Course, by: number, seed: number): Course => {
  const random = chance(seed);
  return (at) => Math.round(course(at) + random() * by);
};

describe('a gauge', () => {
  it.each([
    ['100, to and fro by 3', 100, 3],
    ['200, to and fro by 10', 200, 10],
    ['520, to and fro by 20', 520, 20],
  ])('of %s is told nothing of', (_name, of, by) => {
    for (const seed of seeds)
      expect(
        growthOf(
          series(
            seconds,
            level,
            counted(() => of, by, seed),
          ),
          seconds,
        )?.perMinute,
      ).toEqual({});
  });

  it.each([
    ['0 grows by 6 a minute', 0, 0, 6],
    ['100 grows by 1 a minute', 100, 3, 1],
    ['200 grows by 3 a minute', 200, 10, 3],
    ['520 grows by 8 a minute', 520, 20, 8],
  ])('of %s', (_name, of, by, perMinute) => {
    for (const seed of seeds) {
      const course: Course = (at) => of + (at / 60) * perMinute;
      const growth = growthOf(series(seconds, level, counted(course, by, seed)), seconds);
      expect(growth?.least.sockets).toBeLessThan(perMinute);
      expect((growth?.perMinute.sockets ?? 0) / perMinute).toBeCloseTo(1, 0);
    }
  });

  it('that grows as the calls do is told nothing of, and one that grows beside steady calls is', () => {
    const calls: Course = (at) => 50 + at / 12;
    const growth = growthOf(
      series(seconds, level, (at) => Math.round(3 * calls(at)), calls),
      seconds,
    );
    expect(growth?.perMinute).toEqual({});
    const beside = growthOf(
      series(
        seconds,
        level,
        (at) => Math.round(3 * calls(at)),
        () => 75,
      ),
      seconds,
    );
    expect(beside?.perMinute.sockets).toBeCloseTo(15, 0);
  });

  it('that is 0 when all is over has let nothing stay: what moved meanwhile were the calls', () => {
    const growth = growthOf(
      series(seconds, level, (at) => at / 10),
      seconds,
      new Set(['sockets']),
    );
    expect(growth?.perMinute).toEqual({});
    expect(growth?.least).not.toHaveProperty('sockets');
  });
});

it.each([
  ['is too short', 170, GROWTH_SECONDS - 10],
  ['was stopped long before its end', 150, 600],
])('does not tell of a run that %s', (_name, length, meant) => {
  expect(growthOf(series(length, level), meant)).toBeUndefined();
});

it('says that a short run sees less', () => {
  const least = (length: number) => growthOf(series(length, level), length)?.least.bytes ?? 0;
  expect(least(180)).toBeGreaterThan(3 * least(610));
  expect(least(4 * 3600)).toBeLessThan(0.2 * least(610));
});
