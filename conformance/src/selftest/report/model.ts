import type { Kill, MutantResult, ScenarioTry } from '../orders.ts';

/** The matrix of a self test; `spec/selftest-report.schema.json` describes it for other programs. */
export interface SelftestReport {
  readonly kind: 'selftest';
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly summary: {
    readonly mutants: number;
    readonly killed: number;
    readonly survived: number;
    readonly neverApplied: number;
    readonly notRun: number;
    /** MUST rows that a black box can show; those with a mutant that was killed for their sake; those exempt. */
    readonly demanded: number;
    readonly proven: number;
    readonly exempt: number;
    /** The run was narrowed, or stopped: the figures are of a part. */
    readonly partial: boolean;
  };
  readonly requirements: readonly SelftestRow[];
  readonly mutants: readonly SelftestMutant[];
  /** Scenarios that do not pass with nothing rewritten. */
  readonly unfit: readonly { readonly scenario: string; readonly verdict: string; readonly text: string }[];
  /** Faults of the self test and of its lists, a sentence each. */
  readonly errors: readonly string[];
}

export interface SelftestRow {
  readonly slug: string;
  readonly text: string;
  readonly area: string;
  readonly level: string;
  readonly source: string;
  /** `missing`: no mutant is about it; `exempt`: `reason` says why there can be none; `not-run`: its mutants did not run. */
  readonly state: 'proven' | 'survived' | 'missing' | 'exempt' | 'not-run';
  readonly reason?: string;
  readonly mutants: readonly string[];
}

export interface SelftestMutant {
  readonly id: string;
  readonly title: string;
  readonly requirements: readonly string[];
  readonly wires: readonly string[];
  readonly state: MutantResult['state'] | 'not-run';
  readonly ms: number;
  readonly kills: readonly Kill[];
  readonly tries: readonly ScenarioTry[];
}
