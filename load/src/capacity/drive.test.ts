import { expect, it } from 'vitest';
import { judge, limitsOf } from '../figures/objectives.ts';
import { figuresOf } from '../figures/testing/figures.ts';
import { EXIT, type LoadReport } from '../report/model.ts';
import { endingOf } from '../run/ending.ts';
import type { RunWish } from '../run/types.ts';
import { drive } from './drive.ts';
import { capacityPlan } from './plan.ts';
import { lastLine, planLine, stepLine } from './words.ts';

const plain = (_tone: unknown, text: string): string => text;

/** A report as a run leaves it: calls fail above `limit`, the generator has no time above `generator`. */
function reportOf(
  wish: RunWish,
  { limit = Number.POSITIVE_INFINITY, generator = Number.POSITIVE_INFINITY },
): LoadReport {
  const load = wish.calls ?? 0;
  const figures = figuresOf({
    calls: { failed: load > limit ? 3 : 0, mostAtOnce: load },
    ...(load > generator && { lateMs: 400 }),
  });
  const objectives = judge(limitsOf(['calls.failed<=0'], wish.objectives ?? []), figures);
  return {
    ...{ formatVersion: 1, tool: { name: 'x', version: '0' }, started: '2026-01-01T00:00:00.000Z', seconds: 20 },
    machine: { cpus: 2, model: 'x', node: 'v24', kernel: 'x' },
    target: { name: 'x', embedded: true },
    k6: { version: 'v1', extension: 'own' },
    ...{ scenario: wish.scenario, series: [], figures, objectives },
    setting: { durationSeconds: 1, rampSeconds: 1, talkSeconds: 1 },
    ending: endingOf({ figures, objectives, stopped: false, faults: [] }),
  };
}

const plan = capacityPlan('ivr', { start: 50, most: 400, resolution: 0.2 });
const quiet = { onStep: () => undefined, onStand: () => Promise.resolve() };

it('runs each load once, keeps each report apart, and says what broke', async () => {
  const folders: string[] = [];
  const { search, broke } = await drive(plan, {
    ...quiet,
    signal: new AbortController().signal,
    run: (wish, folder) => {
      folders.push(folder);
      return Promise.resolve(reportOf(wish, { limit: 160 }));
    },
  });
  expect(broke).toBeUndefined();
  expect(new Set(folders).size).toBe(folders.length);
  expect(search.steps.map(({ report }) => report)).toEqual(folders.map((folder) => `${folder}/report.json`));
  expect(lastLine({ searches: [search] })).toBe(
    'load: capacity: ivr: 150 calls at once; limited by failed calls at 175',
  );
  expect(search.steps.flatMap((step) => (step.load === 200 ? [stepLine(step, plain)] : []))).toEqual([
    '✗ 200 did not hold: failed calls: 3 calls, at most 0 calls were due',
  ]);
});

it('says that the figure is a lower bound when the generator was the limit', async () => {
  const { search } = await drive(plan, {
    ...quiet,
    signal: new AbortController().signal,
    run: (wish) => Promise.resolve(reportOf(wish, { generator: 120 })),
  });
  expect(search.found).toMatchObject({ limit: 'generator', confirmed: true });
  expect(lastLine({ searches: [search] })).toMatch(
    /^load: capacity: ivr: at least 1\d\d calls at once; limited by the generator, saturated at 1\d\d: a lower bound for the target$/,
  );
});

it('keeps what it knows when it is stopped in the middle of a step', async () => {
  const stop = new AbortController();
  const { search, broke } = await drive(plan, {
    ...quiet,
    signal: stop.signal,
    run: (wish) => {
      if (wish.calls !== 200) return Promise.resolve(reportOf(wish, {}));
      stop.abort();
      const report = reportOf(wish, {});
      return Promise.resolve({ ...report, ending: { exitCode: EXIT.incomplete, reasons: ['the run was stopped'] } });
    },
  });
  expect(broke).toBeUndefined();
  expect(search.steps.map(({ load }) => load)).toEqual([50, 100]);
  expect(lastLine({ searches: [search] })).toBe(
    'load: capacity: ivr: at least 100 calls at once, not confirmed; stopped before anything broke',
  );
});

it('ends with what the kit says when the kit breaks', async () => {
  const { search, broke } = await drive(plan, {
    ...quiet,
    signal: new AbortController().signal,
    run: (wish) =>
      Promise.resolve({ ...reportOf(wish, {}), ending: { exitCode: EXIT.harnessError, reasons: ['k6 was killed'] } }),
  });
  expect(broke).toEqual(['k6 was killed']);
  expect(lastLine({ searches: [search], ending: { exitCode: EXIT.harnessError, reasons: ['k6 was killed'] } })).toBe(
    'load: capacity: ivr: no load held; ended as the kit or k6 broke, before anything else did',
  );
  expect(search.found).toMatchObject({ load: 0, limit: 'stopped' });
});

it('tells beforehand how long it may take', () => {
  expect(planLine(plan)).toMatch(
    /^capacity of ivr, calls at once: from 50, at most 400, to 20 %; a step takes about \d+ s, all perhaps \d+ min \(\d+ steps/,
  );
});
