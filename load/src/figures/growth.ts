/** Whether memory and gauges of the target grew during a run, and how little growth the run can tell. Pure. */
import type { Figures, Sample } from './model.ts';
import { median, type Point, type Trend, trendOf } from './trend.ts';

/** The first minute may grow: caches fill, code is compiled. */
const settleSeconds = 60;
/** A shorter run cannot tell. */
export const GROWTH_SECONDS = 180;
/** Looks are about a second apart, and the last may come late. */
const lookSeconds = 5;
/** Of each window the least value counts: what a collector of garbage or a call that ends gives back is no growth. */
const windowSeconds = 10;
const mostWindows = 24;
/** So many standard errors is more than chance. */
const certain = 3;

/** What grows by less in all of the time is not told, however straight its line is. */
interface Rule {
  readonly least: number;
  /** Of the level. */
  readonly share: number;
  /** A minute; what creeps slower for hours is no leak of calls. */
  readonly slowest: number;
}
const mebi = 1024 * 1024;
/** Heaps settle, and code is compiled, for longer than a minute. */
const memory: Rule = { least: 7 * mebi, share: 0, slowest: 0.1 * mebi };
/** How many calls are at the same step at a time drifts. */
const gauge: Rule = { least: 5, share: 0.05, slowest: 0 };

export interface Growth {
  /** What grew, by how much a minute; `bytes` is the memory. */
  readonly perMinute: Readonly<Record<string, number>>;
  /** The least growth a minute that this run could tell, of all that was judged. */
  readonly least: Readonly<Record<string, number>>;
}

/**
 * Looks at the time after the first minute and before calls become fewer: a line through the least values of its windows has to
 * rise by more than chance makes it, and in the second half as well, so that a step is not taken for growth. Gauges are seen
 * against the calls in progress.
 * @param atRest gauges that were 0 when all was over: nothing stayed, so what moved meanwhile were the calls.
 * @returns undefined: the run was too short to tell, or was stopped too early.
 */
export function growthOf(
  series: readonly Sample[],
  steadySeconds: number,
  atRest: ReadonlySet<string> = new Set(),
): Growth | undefined {
  if (steadySeconds < GROWTH_SECONDS) return undefined;
  const steady = series.filter(({ at, target }) => target !== undefined && at > settleSeconds && at <= steadySeconds);
  const last = steady.at(-1);
  // Stopped long before its end, a run is too short as well.
  if (last === undefined || last.at < GROWTH_SECONDS - lookSeconds) return undefined;
  const windows = windowsOf(steady, last.at);
  const calls = meanCalls(steady);
  const perMinute: Record<string, number> = {};
  const least: Record<string, number> = {};
  const look = (name: string, rule: Rule, points: readonly Point[]): void => {
    const told = judge(points, rule);
    if (told === undefined) return;
    least[name] = Number(told.least.toPrecision(2));
    if (told.slope !== undefined) perMinute[name] = Number(told.slope.toPrecision(4));
  };
  look(
    'bytes',
    memory,
    pointsOf(windows, ({ target }) => target?.bytes),
  );
  for (const name of new Set(steady.flatMap(({ target }) => Object.keys(target?.gauges ?? {})))) {
    if (atRest.has(name)) continue;
    const points = pointsOf(
      windows,
      ({ target }) => target?.gauges[name],
      (window) => {
        const here = meanCalls(window);
        return here > 0 ? calls / here : 1;
      },
    );
    look(name, gauge, points);
  }
  return { perMinute, least };
}

interface Judged {
  /** Absent: it does not grow. */
  readonly slope?: number;
  readonly least: number;
}

/** Where the beginning is uneven, what comes after it tells more. */
function judge(points: readonly Point[], rule: Rule): Judged | undefined {
  const late = trendOf(points.slice(Math.floor(points.length / 2)));
  if (late === undefined) return undefined;
  return [points, points.slice(Math.floor(points.length / 4))]
    .flatMap((part) => judgePart(part, late, rule) ?? [])
    .toSorted((a, b) => a.least - b.least)[0];
}

function judgePart(points: readonly Point[], late: Trend, { least, share, slowest }: Rule): Judged | undefined {
  const trend = trendOf(points);
  const [first, last] = [points[0], points.at(-1)];
  if (trend === undefined || first === undefined || last === undefined) return undefined;
  const level = Math.abs(median(points.map(({ y }) => y)));
  const floor = Math.max(Math.max(least, level * share) / (last.x - first.x), slowest, certain * trend.error);
  const grows = trend.slope > floor && late.slope + late.error >= trend.slope / 2;
  // What is a little above the limit may seem to be below it.
  return { ...(grows && { slope: trend.slope }), least: floor + trend.error };
}

/** Parts of equal length, with the looks that fall into each. */
function windowsOf(steady: readonly Sample[], end: number): readonly (readonly Sample[])[] {
  const seconds = end - settleSeconds;
  const count = Math.min(mostWindows, Math.floor(seconds / windowSeconds));
  const windows: Sample[][] = Array.from({ length: count }, () => []);
  for (const sample of steady)
    windows[Math.min(count - 1, Math.floor(((sample.at - settleSeconds) / seconds) * count))]?.push(sample);
  return windows.filter((window) => window.length > 0);
}

/** The least value of each window, in minutes. */
function pointsOf(
  windows: readonly (readonly Sample[])[],
  read: (sample: Sample) => number | undefined,
  factor: (window: readonly Sample[]) => number = () => 1,
): Point[] {
  return windows.flatMap((window) => {
    const values = window.flatMap((sample) => read(sample) ?? []);
    const middle = window[Math.floor(window.length / 2)];
    if (values.length === 0 || middle === undefined) return [];
    return [{ x: middle.at / 60, y: Math.min(...values) * factor(window) }];
  });
}

const meanCalls = (samples: readonly Sample[]): number =>
  samples.reduce((sum, { inProgress }) => sum + inProgress, 0) / Math.max(1, samples.length);

/** Why nothing is said of growth; undefined: it was judged. */
export function growthUnjudged(target: Figures['target']): string | undefined {
  if (target === undefined) return 'the target tells no metrics (metrics.url of the target file)';
  return target.growthPerMinute === undefined
    ? `${GROWTH_SECONDS / 60} min of steady load are needed at least`
    : undefined;
}

/** How many gauges of the target were looked at. */
export const gaugesOf = (series: readonly Pick<Sample, 'target'>[]): number =>
  new Set(series.flatMap(({ target }) => Object.keys(target?.gauges ?? {}))).size;
