import { describe, expect, it } from 'vitest';
import { foundIn } from './found.ts';
import type { SearchSetting, Tried, Verdict, Wanted } from './model.ts';
import { expectedSteps, next, standing } from './search.ts';

const setting: SearchSetting = { start: 50, most: 5000, resolution: 0.05 };
type Target = (wanted: Wanted, tries: number) => Verdict;

function searched(target: Target, of: SearchSetting = setting) {
  const history: Tried[] = [];
  for (let wanted = next(of, history); wanted !== undefined; wanted = next(of, history)) {
    const { load } = wanted;
    history.push({ ...wanted, verdict: target(wanted, history.filter((tried) => tried.load === load).length) });
  }
  const steps = history.map((tried) => ({
    ...tried,
    broken: tried.verdict === 'broken' ? [{ measure: 'setup.p95' }] : [],
  }));
  return { history, found: foundIn(of, steps) };
}

const hard =
  (limit: number): Target =>
  ({ load }) =>
    load <= limit ? 'held' : 'broken';

describe('a target with a hard limit', () => {
  it.each([1, 2, 3, 7, 49, 50, 51, 99, 100, 101, 137, 800, 1234, 4999])('of %i', (limit) => {
    const { history, found } = searched(hard(limit));
    expect(found).toMatchObject({ confirmed: true, limit: 'objective', broken: ['setup.p95'] });
    expect(found.load).toBeLessThanOrEqual(limit);
    expect(found.load).toBeGreaterThanOrEqual(Math.min(limit, Math.ceil(limit / 1.05) - 1));
    expect(found.limitedAt).toBeGreaterThan(limit);
    expect(history.length).toBeLessThan(22);
  });

  it('is found in the order doubling, bisection, counter-check, confirmation', () => {
    const { history } = searched(hard(137), { ...setting, resolution: 0.1 });
    expect(history.map(({ load, purpose, verdict }) => `${purpose} ${load} ${verdict}`)).toEqual([
      'doubling 50 held',
      'doubling 100 held',
      'doubling 200 broken',
      'bisection 150 broken',
      'bisection 125 held',
      'bisection 138 broken',
      'bisection 132 held',
      'counter-check 138 broken',
      'confirmation 132 held',
    ]);
  });

  it('that is above the bound gives the bound, confirmed', () => {
    const { found, history } = searched(hard(1e9), { ...setting, most: 300 });
    expect(found).toEqual({ load: 300, confirmed: true, limit: 'bound', broken: [] });
    expect(history.map(({ load }) => load)).toEqual([50, 100, 200, 300, 300]);
  });

  it('below one call gives 0, confirmed by nothing', () => {
    const { found } = searched(() => 'broken');
    expect(found).toMatchObject({ load: 0, confirmed: false, limit: 'objective', limitedAt: 1 });
  });
});

/** Numbers that look random, the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a target with a soft limit between 300 and 360 is not overrated (seed %i)',
  (seed) => {
    const draw = chance(seed);
    const { found, history } = searched(({ load, purpose }) => {
      // The longer it lasts, the less luck helps.
      const odds = Math.min(1, Math.max(0, (360 - load) / 60)) ** (purpose === 'confirmation' ? 3 : 1);
      return draw() < odds ? 'held' : 'broken';
    });
    expect(found.load).toBeGreaterThanOrEqual(200);
    expect(found.load).toBeLessThan(360);
    expect(history.length).toBeLessThan(30);
    if (!found.confirmed) expect(history.filter(({ purpose }) => purpose === 'confirmation')).toHaveLength(4);
  },
);

it('one hiccup far below the limit is not taken for the limit', () => {
  const { found } = searched(({ load }, tries) =>
    load === 100 && tries === 0 ? 'broken' : hard(800)({ load, purpose: 'doubling' }, 0),
  );
  expect(found.load).toBeGreaterThan(760);
  expect(found).toMatchObject({ confirmed: true, limit: 'objective' });
});

it('a figure that only short steps hold is not confirmed, and one a step lower is', () => {
  const { found, history } = searched(({ load, purpose }) =>
    hard(purpose === 'confirmation' ? 185 : 205)({ load, purpose }, 0),
  );
  expect(history.filter(({ purpose }) => purpose === 'confirmation').map(({ load }) => load)).toEqual([200, 180]);
  expect(found).toMatchObject({ load: 180, confirmed: true, limit: 'objective', limitedAt: 200 });
});

it('gives up when nothing confirms, and says so', () => {
  const { found, history } = searched(({ load, purpose }) =>
    purpose === 'confirmation' ? 'broken' : hard(400)({ load, purpose }, 0),
  );
  expect(history.filter(({ purpose }) => purpose === 'confirmation')).toHaveLength(4);
  expect(found).toMatchObject({ confirmed: false, limit: 'objective' });
  expect(found.load).toBeGreaterThan(0);
});

it('a generator that has no time above 220 makes the figure a lower bound', () => {
  const { found } = searched(({ load }) => (load > 220 ? 'generator' : 'held'));
  expect(found).toMatchObject({ confirmed: true, limit: 'generator', broken: [] });
  expect(found.load).toBeGreaterThan(205);
});

it('the target is to blame where it breaks below what the generator can do', () => {
  const { found } = searched(({ load }) => (load > 390 ? 'generator' : load > 220 ? 'broken' : 'held'));
  expect(found).toMatchObject({ confirmed: true, limit: 'objective' });
});

it('a search that is cut short keeps what it knows', () => {
  const steps = (['held', 'held', 'broken'] as const).map((verdict, index) => ({
    ...{ load: 50 * 2 ** index, purpose: 'doubling' as const, verdict },
    broken: [],
  }));
  expect(foundIn(setting, steps)).toMatchObject({ load: 100, confirmed: false, limit: 'stopped', limitedAt: 200 });
  expect(foundIn(setting, [])).toMatchObject({ load: 0, confirmed: false, limit: 'stopped' });
});

it('a load that held above one that did not says nothing', () => {
  const tried = (load: number, verdict: Verdict): Tried => ({ load, verdict, purpose: 'bisection' });
  expect(standing([tried(50, 'held'), tried(100, 'broken'), tried(200, 'held')])).toEqual({
    ...{ held: 50, broken: 100, why: 'broken' },
  });
});

it.each([
  ['a start that is no whole number', { start: 0.4 }, 1],
  ['a start above the bound', { start: 9000 }, 5000],
])('%s is brought into the bounds', (_name, change, load) => {
  expect(next({ ...setting, ...change }, [])).toEqual({ load, purpose: 'doubling' });
});

it('expects more steps where the limit is farther from the start, or the resolution finer', () => {
  expect(expectedSteps(setting, 60)).toBeLessThan(expectedSteps(setting, 1500));
  expect(expectedSteps({ ...setting, resolution: 0.2 }, 700)).toBeLessThan(
    expectedSteps({ ...setting, resolution: 0.01 }, 700),
  );
});
