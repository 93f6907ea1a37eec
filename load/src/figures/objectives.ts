/** What a run is held to: read from `setup.p95<=300`, and judged. Pure. */
import { nearest, SettingsError } from '@mediaservice/conformance/kit';
import type { Objective } from '../report/model.ts';
import { isMeasure, isOfApplication, type MeasureName, measureOf, measures } from './measures.ts';
import type { Figures } from './model.ts';

export interface Limit {
  readonly measure: MeasureName;
  readonly comparison: '<=' | '>=';
  readonly limit: number;
}

const form = /^\s*([\w.]+)\s*(<=|>=)\s*(-?\d+(?:\.\d+)?)\s*$/;

/** @throws {SettingsError} */
export function readLimit(text: string): Limit {
  const [, measure = '', comparison, limit] = form.exec(text) ?? [];
  if (comparison === undefined)
    throw new SettingsError('bad-option', `${text} is no objective; one looks like setup.p95<=300 or score.min>=0.9.`);
  if (!isMeasure(measure)) {
    const names = Object.keys(measures);
    const meant = nearest(measure, names);
    throw new SettingsError(
      'bad-option',
      `There is no measure ${measure}; there are ${names.join(', ')}.${meant === undefined ? '' : ` Was ${meant} meant?`}`,
    );
  }
  return { measure, comparison: comparison === '<=' ? '<=' : '>=', limit: Number(limit) };
}

/** Those of a scenario, each of `wished` in place of the one for the same measure. */
export function limitsOf(usual: readonly string[], wished: readonly string[]): readonly Limit[] {
  const limits = new Map(usual.map((text) => readLimit(text)).map((limit) => [limit.measure, limit]));
  for (const text of wished) {
    const limit = readLimit(text);
    limits.set(limit.measure, limit);
  }
  return [...limits.values()];
}

export const judge = (limits: readonly Limit[], figures: Figures): Objective[] =>
  limits.map((limit) => {
    const { read, tell } = measureOf(limit.measure);
    if (figures.callbacks.elsewhere === true && isOfApplication(limit.measure))
      return { ...limit, held: false, unjudged: true };
    const value = read(figures);
    const held = value !== undefined && (limit.comparison === '<=' ? value <= limit.limit : value >= limit.limit);
    return { ...limit, ...(value !== undefined && { value }), held, ...(!held && tell && { detail: tell(figures) }) };
  });

/** One that did not hold, as a sentence without its full stop. */
export function sentenceOf({ measure, comparison, limit, value, detail = '' }: Objective): string {
  const { title, unit } = isMeasure(measure) ? measureOf(measure) : { title: measure, unit: '' };
  const of = (number: number): string =>
    `${Number(number.toPrecision(4))}${unit === '' || unit === 'score' ? '' : ` ${unit}`}`;
  const wanted = `${comparison === '<=' ? 'at most' : 'at least'} ${of(limit)}`;
  return value === undefined
    ? `${title}: nothing was there to measure, ${wanted} were due`
    : `${title}: ${of(value)}, ${wanted} were due${detail === '' ? '' : ` (${detail})`}`;
}
