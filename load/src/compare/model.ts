/** compare.json; its JSON Schema is spec/load-compare.schema.json. */
import type { MeasureName } from '../figures/measures.ts';
import type { ExitCode, LoadReport } from '../report/model.ts';

export const COMPARE_VERSION = 1;
export type Side = 'a' | 'b';

export interface CompareReport extends Comparison {
  readonly formatVersion: typeof COMPARE_VERSION;
  readonly kind: 'compare';
  readonly tool: LoadReport['tool'];
  /** UTC, ISO 8601. */
  readonly started: string;
  readonly machine?: LoadReport['machine'];
  readonly k6?: LoadReport['k6'];
  readonly a: Compared;
  readonly b: Compared;
  /** In the order in which they were run. */
  readonly steps: readonly CompareStep[];
  readonly ending: { readonly exitCode: ExitCode; readonly reasons: readonly string[] };
}

export interface Compared {
  readonly name: string;
  readonly description?: string;
  readonly embedded: boolean;
  readonly scenario: string;
  /** Target file, or the report that it was read from. */
  readonly source?: string;
}

export interface CompareStep {
  readonly side: Side;
  /** From 1; each round has a step of either side. */
  readonly round: number;
  readonly started: string;
  readonly seconds: number;
  /** report.json of the step, from the folder of compare.json. */
  readonly report: string;
  readonly exitCode: ExitCode;
  readonly measures: Readonly<Partial<Record<MeasureName, number>>>;
}

export interface Comparison {
  /** Share by which a measure may differ and still count as the same. */
  readonly tolerance: number;
  readonly rows: readonly Row[];
  /** Objectives that one side held in every step and the other did not. */
  readonly objectives: readonly { readonly measure: string; readonly a: boolean; readonly b: boolean }[];
}

export interface Row {
  readonly measure: MeasureName;
  readonly title: string;
  readonly unit: string;
  readonly better: 'low' | 'high';
  /** Median of the steps of A; absent: there was nothing to measure. */
  readonly a?: number;
  readonly b?: number;
  /** b / a; absent where a is 0. */
  readonly ratio?: number;
  /** Least and greatest ratio of the two steps of a round. */
  readonly from?: number;
  readonly to?: number;
  /** (greatest - least) / median among the steps of one side, the greater of both; absent with one step a side. */
  readonly spread?: number;
  /** Of B beside A. Better or worse: all steps of one side lie beyond all of the other, and the medians differ by more than the tolerance. */
  readonly verdict: 'better' | 'worse' | 'same' | 'unknown';
}
