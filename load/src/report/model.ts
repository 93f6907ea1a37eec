/** report.json of a run; its JSON Schema is spec/load-report.schema.json. */
import type { Figures, Sample } from '../figures/model.ts';

export const FORMAT_VERSION = 1;

export interface LoadReport {
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly tool: { readonly name: string; readonly version: string };
  /** UTC, ISO 8601. */
  readonly started: string;
  /** From the start of k6 to its end. */
  readonly seconds: number;
  readonly machine: { readonly cpus: number; readonly model: string; readonly node: string; readonly kernel: string };
  readonly target: { readonly name: string; readonly description?: string; readonly embedded: boolean };
  readonly k6: { readonly version: string; readonly extension: string };
  readonly scenario: string;
  readonly setting: RunSetting;
  readonly figures: Figures;
  readonly objectives: readonly Objective[];
  readonly series: readonly Sample[];
  readonly ending: Ending;
  /** Of a merged report: what it was made of. */
  readonly generators?: readonly {
    readonly report: string;
    readonly started: string;
    readonly seconds: number;
    readonly machine: LoadReport['machine'];
    readonly segment?: string;
    readonly exitCode: ExitCode;
  }[];
  /** Where what k6 itself summed up is, from the folder of the report; absent when k6 was killed. */
  readonly k6Summary?: string;
}

/** What was asked for, with the defaults filled in. */
export interface RunSetting {
  /** Calls at once, where the scenario is steered so. */
  readonly calls?: number;
  /** Calls begun per second, where the scenario is steered so. */
  readonly rate?: number;
  /** Of the steady part. */
  readonly durationSeconds: number;
  readonly rampSeconds: number;
  /** How long a call lasts. */
  readonly talkSeconds: number;
  /** Of scenario mixed: scenario and its share of the calls, in sum 1. */
  readonly mix?: Readonly<Record<string, number>>;
  /** k6's `--execution-segment` and its sequence, where one of several generators ran. */
  readonly segment?: string;
  readonly segmentSequence?: string;
}

/** A limit that the run is held to. */
export interface Objective {
  /** Name of the measure, see figures/measures.ts. */
  readonly measure: string;
  readonly comparison: '<=' | '>=';
  readonly limit: number;
  /** Absent: nothing was there to measure, which does not hold. */
  readonly value?: number;
  readonly held: boolean;
  /** Nothing can be known of it here, which says nothing of the target: it is neither held nor broken. `held` is false then. */
  readonly unjudged?: true;
  /** What the value is made of, where it did not hold and that is known. */
  readonly detail?: string;
}

/** Exit codes of `mediaservice-load run`: those of docs/verdicts.md, and one of its own. */
export const EXIT = {
  held: 0,
  broken: 1,
  settings: 2,
  incomplete: 3,
  harnessError: 4,
  /** The generator was saturated: the figures say nothing of the target. */
  invalid: 6,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Ending {
  readonly exitCode: ExitCode;
  /** Why it is not 0, a sentence each. */
  readonly reasons: readonly string[];
}
