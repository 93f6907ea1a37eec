/** capacity.json; its JSON Schema is spec/load-capacity.schema.json. */
import type { MeasureName } from '../figures/measures.ts';
import type { ExitCode, LoadReport, Objective } from '../report/model.ts';

export const CAPACITY_VERSION = 1;

export interface CapacityReport {
  readonly formatVersion: typeof CAPACITY_VERSION;
  readonly kind: 'capacity';
  readonly tool: LoadReport['tool'];
  /** UTC, ISO 8601. */
  readonly started: string;
  readonly seconds: number;
  /** Of the first step; absent while there is none. */
  readonly machine?: LoadReport['machine'];
  readonly target: LoadReport['target'];
  readonly k6: LoadReport['k6'];
  /** One a scenario, in the order in which they were run. */
  readonly searches: readonly CapacitySearch[];
  /** Absent while the search goes on: the file is written anew after each step. */
  readonly ending?: { readonly exitCode: ExitCode; readonly reasons: readonly string[] };
}

export interface CapacitySearch {
  readonly scenario: string;
  /** What a load is: calls at once, or calls begun per second. */
  readonly steeredBy: 'calls' | 'rate';
  readonly setting: CapacitySetting;
  readonly steps: readonly CapacityStep[];
  readonly found: Found;
}

/** Bounds and pace of a search. Times in seconds. */
export interface CapacitySetting extends SearchSetting {
  readonly rampSeconds: number;
  readonly durationSeconds: number;
  /** The steady part of a confirmation. */
  readonly confirmSeconds: number;
  readonly talkSeconds: number;
}

export interface SearchSetting {
  /** The first load. */
  readonly start: number;
  /** No load is greater. */
  readonly most: number;
  /** Share of the figure by which it may be too low. */
  readonly resolution: number;
}

export type Purpose = 'doubling' | 'halving' | 'bisection' | 'counter-check' | 'confirmation';
/** `generator`: it had no time itself, so that nothing is known of the target. */
export type Verdict = 'held' | 'broken' | 'generator';

/** A load that is to be tried next, and why. */
export interface Wanted {
  readonly load: number;
  readonly purpose: Purpose;
}

/** A load that was tried. */
export interface Tried extends Wanted {
  readonly verdict: Verdict;
}

export interface CapacityStep extends Tried {
  readonly started: string;
  readonly seconds: number;
  /** Objectives that did not hold, in the order of the scenario. */
  readonly broken: readonly Objective[];
  /** Why it was not held, a sentence each. */
  readonly reasons: readonly string[];
  /** What was measured, by name of the measure (figures/measures.ts). */
  readonly measures: Readonly<Partial<Record<MeasureName, number>>>;
  /** report.json of the step, from the folder of capacity.json. */
  readonly report: string;
}

/**
 * What ended the search from above: an objective of the target at `limitedAt`, the generator at `limitedAt` (then the target
 * carries `load` at least), the bound that was set (likewise), or a search that was stopped.
 */
export type Limit = 'objective' | 'generator' | 'bound' | 'stopped';

export interface Found {
  /** Highest load that held with none below it that did not; 0: not even the least held. */
  readonly load: number;
  /** A confirmation held it. */
  readonly confirmed: boolean;
  readonly limit: Limit;
  /** The lowest load that did not hold. */
  readonly limitedAt?: number;
  /** Measures whose objectives broke at `limitedAt`. */
  readonly broken: readonly string[];
}
