/** Whether memory and gauges of the target grew during a run. Pure. */
import type { Sample } from './model.ts';

/** The first minute may grow: caches fill, code is compiled. */
const settleSeconds = 60;
/** A shorter run cannot tell. */
export const GROWTH_SECONDS = 180;

/** Looks are about a second apart, and the last may come late. */
const lookSeconds = 5;

interface Rule {
  /** What may change beside any growth, per cent of the level, and at least so much. */
  readonly share: number;
  readonly least: number;
}
/** Memory breathes with the collector of garbage; gauges with the calls that begin and end. */
const memory: Rule = { share: 0.1, least: 8 * 1024 * 1024 };
const gauge: Rule = { share: 0.1, least: 5 };

/**
 * Names of what grew, and by how much a minute; `bytes` is the memory. Steady parts are compared: of the time after the first
 * minute and before calls become fewer, the median of the last third with that of the first.
 * @returns undefined: the run was too short to tell, or was stopped too early.
 */
export function growthOf(
  series: readonly Sample[],
  steadySeconds: number,
): Readonly<Record<string, number>> | undefined {
  if (steadySeconds < GROWTH_SECONDS) return undefined;
  const steady = series.filter(({ at, target }) => target !== undefined && at > settleSeconds && at <= steadySeconds);
  const third = Math.floor(steady.length / 3);
  const [first, last] = [steady.slice(0, third), steady.slice(-third)];
  const from = first[0];
  const to = last.at(-1);
  // Stopped long before its end, a run is too short as well.
  if (from === undefined || to === undefined || to.at < GROWTH_SECONDS - lookSeconds) return undefined;
  // Between the middles of the two parts lie two thirds of the time.
  const minutes = ((to.at - from.at) * 2) / 3 / 60;
  const names = new Set(steady.flatMap(({ target }) => Object.keys(target?.gauges ?? {})));
  const grown: Record<string, number> = {};
  const look = (name: string, rule: Rule, read: (sample: Sample) => number | undefined): void => {
    const before = median(first.flatMap((sample) => read(sample) ?? []));
    const after = median(last.flatMap((sample) => read(sample) ?? []));
    if (after - before > Math.max(rule.least, before * rule.share))
      grown[name] = Number(((after - before) / minutes).toPrecision(4));
  };
  look('bytes', memory, ({ target }) => target?.bytes);
  for (const name of names) look(name, gauge, ({ target }) => target?.gauges[name]);
  return grown;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
