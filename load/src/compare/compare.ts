/** Two sides beside each other, each with the reports of one or more runs. Pure. */
import { measured } from '../capacity/step.ts';
import { isMeasure, type MeasureName, measureOf, measures } from '../figures/measures.ts';
import type { LoadReport } from '../report/model.ts';
import type { Comparison, Row } from './model.ts';

type Judged = Pick<LoadReport, 'figures' | 'objectives'>;

/** The reports of a side in the order of the rounds. */
export function compare(a: readonly Judged[], b: readonly Judged[], tolerance: number): Comparison {
  const [ofA, ofB] = [a, b].map((reports) => reports.map(({ figures }) => measured(figures)));
  const names = Object.keys(measures).filter(isMeasure);
  return {
    tolerance,
    rows: names.flatMap((name) => {
      const values = [ofA, ofB].map((side) => (side ?? []).map((step) => step[name]));
      const [left = [], right = []] = values;
      return [...left, ...right].every((value) => value === undefined) ? [] : [rowOf(name, left, right, tolerance)];
    }),
    objectives: objectivesOf(a, b),
  };
}

type Values = readonly (number | undefined)[];

function rowOf(name: MeasureName, left: Values, right: Values, tolerance: number): Row {
  const { title, unit, better } = measureOf(name);
  const [a, b] = [present(left), present(right)];
  const [middleA, middleB] = [median(a), median(b)];
  const ratios = left.flatMap((value, round) => {
    const other = right[round];
    return value === undefined || other === undefined || value === 0 ? [] : [other / value];
  });
  const spread = Math.max(spreadOf(a) ?? -1, spreadOf(b) ?? -1);
  return {
    ...{ measure: name, title, unit, better },
    ...(middleA !== undefined && { a: middleA }),
    ...(middleB !== undefined && { b: middleB }),
    ...(middleA !== undefined && middleB !== undefined && middleA !== 0 && { ratio: rounded(middleB / middleA) }),
    ...(ratios.length > 0 && { from: rounded(Math.min(...ratios)), to: rounded(Math.max(...ratios)) }),
    ...(spread >= 0 && { spread: rounded(spread) }),
    verdict: verdictOf(a, b, better, tolerance),
  };
}

function verdictOf(
  a: readonly number[],
  b: readonly number[],
  better: Row['better'],
  tolerance: number,
): Row['verdict'] {
  const [middleA, middleB] = [median(a), median(b)];
  if (middleA === undefined || middleB === undefined) return 'unknown';
  const apart = Math.min(...b) > Math.max(...a) || Math.max(...b) < Math.min(...a);
  const most = Math.max(Math.abs(middleA), Math.abs(middleB));
  if (!apart || Math.abs(middleB - middleA) <= tolerance * most) return 'same';
  return middleB < middleA === (better === 'low') ? 'better' : 'worse';
}

function objectivesOf(a: readonly Judged[], b: readonly Judged[]): Comparison['objectives'] {
  const names = new Set([...a, ...b].flatMap(({ objectives }) => objectives.map(({ measure }) => measure)));
  const held = (side: readonly Judged[], name: string): boolean | undefined => {
    const all = side.flatMap(({ objectives }) =>
      objectives.filter(({ measure, unjudged }) => measure === name && unjudged !== true),
    );
    return all.length === 0 ? undefined : all.every((objective) => objective.held);
  };
  return [...names].flatMap((measure) => {
    const [ofA, ofB] = [held(a, measure), held(b, measure)];
    return ofA === undefined || ofB === undefined || ofA === ofB ? [] : [{ measure, a: ofA, b: ofB }];
  });
}

/** The side of each step: A B, then B A, so that what drifts with time falls on both alike. */
export const orderOf = (rounds: number): readonly { readonly side: 'a' | 'b'; readonly round: number }[] =>
  Array.from({ length: rounds }, (_, index) => {
    const round = index + 1;
    const pair = [
      { side: 'a' as const, round },
      { side: 'b' as const, round },
    ];
    return index % 2 === 0 ? pair : pair.toReversed();
  }).flat();

const present = (values: Values): number[] => values.flatMap((value) => (value === undefined ? [] : [value]));
const rounded = (value: number): number => Number(value.toPrecision(4));

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : rounded((low + high) / 2);
}

function spreadOf(values: readonly number[]): number | undefined {
  const middle = median(values);
  if (values.length < 2 || middle === undefined) return undefined;
  const range = Math.max(...values) - Math.min(...values);
  return range === 0 ? 0 : middle === 0 ? undefined : range / Math.abs(middle);
}
