/** The model of a report: what report.json holds, plus the evidence that only report.html and the evidence files show. */

import type { Lag } from '../harness/lag.ts';
import type { TimelineEntry, Violation } from '../harness/timeline.ts';
import type { Artifact, Reason, RunFinding } from '../harness/types.ts';
import type { ExitCode } from '../verdict/exit-code.ts';
import type { Counts } from '../verdict/traffic.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** Raised whenever report.json changes so that a reader of the old form would misread it. */
export const FORMAT_VERSION = 1;

/** An attempt at a test that was inconclusive, so that it was asked again. */
export interface ReportAttempt {
  readonly reasons: readonly Reason[];
  /** Milliseconds since the start of the run. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Directory of its evidence, relative to the report; absent when there is none. */
  readonly evidence?: string;
}

/** An expectation of a test and what came. */
export interface ReportExpectation {
  readonly requirement: string;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
  readonly level: 'must' | 'should';
  /** Milliseconds since the start of the test. */
  readonly at: number;
}

/** Where an HTTP exchange broke the OpenAPI document without meaning to, and whose fault it is. */
export interface ReportViolation extends Omit<Violation, 'intended'> {
  readonly operation: string;
  /** Milliseconds since the start of the test. */
  readonly at: number;
}

export interface ReportTest {
  /** `area/name`, stable. */
  readonly id: string;
  readonly title: string;
  readonly area: string;
  readonly capability?: string;
  readonly verdict: Verdict;
  /** Why it is not `pass`. */
  readonly reasons: readonly Reason[];
  /** Requirements that it names, with what it says of each. */
  readonly requirements: readonly { readonly slug: string; readonly verdict: Verdict }[];
  /** Milliseconds since the start of the run. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Attempts before the one that is told here. Absent: it was the first. */
  readonly earlier?: readonly ReportAttempt[];
  readonly observed: Counts;
  readonly expectations: readonly ReportExpectation[];
  /** Absent: none. */
  readonly violations?: readonly ReportViolation[];
  /** Directory with timeline.json and sip.txt, relative to the report; absent when there is no evidence. */
  readonly evidence?: string;
  readonly artifacts: readonly Artifact[];
  /** Set when the baseline knows the failure: why it is accepted. */
  readonly knownFailure?: string;
}

export interface ReportRequirement {
  readonly slug: string;
  readonly text: string;
  readonly area: string;
  readonly level: 'documented' | 'interpreted' | 'extension';
  readonly strength: 'MUST' | 'SHOULD';
  readonly role: string;
  readonly capability?: string;
  readonly source: string;
  /** Why no black box can show it. */
  readonly untestable?: string;
  readonly verdict: Verdict;
  /** Why no test judged the target on it; there whenever none did. */
  readonly reason?: string;
  /** Tests that name it, with what each says of it alone. */
  readonly tests: readonly { readonly id: string; readonly verdict: Verdict }[];
}

/** Counts by the names of the API. */
export interface Exercised {
  /** REST operations that were answered with 200. */
  readonly operations: Readonly<Record<string, number>>;
  /** Callbacks that came. */
  readonly callbacks: Readonly<Record<string, number>>;
}

/** Counts of one level or one area. */
export interface ReportGroup {
  readonly name: string;
  /** Requirements on which a service can be judged, and those of them that a test judged. */
  readonly total: number;
  readonly covered: number;
  readonly byVerdict: Readonly<Record<Verdict, number>>;
  readonly tests: number;
}

/** How far the target meets a profile. */
export interface ReportProfile extends ReportGroup {
  readonly text: string;
  /** Capabilities of the profile that the target does not claim. */
  readonly missing: readonly string[];
  /**
   * `not-conformant`: a row of it failed. `not-claimed`: a capability is missing. `incomplete`: a row on which a service can be judged has no
   * verdict, and not only because its test waits for more than a minute.
   */
  readonly state: 'conformant' | 'not-conformant' | 'not-claimed' | 'incomplete';
}

/** A test whose verdict was not the same in all repetitions. */
export interface ReportFlake {
  readonly id: string;
  /** Share of repetitions in which it was other than mostly, above 0 and below 1. */
  readonly rate: number;
  /** How often it was what. */
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Each repetition in which it did not pass, and why. */
  readonly reasons: readonly { readonly repetition: number; readonly verdict: Verdict; readonly text: string }[];
}

/** What `--repeat` found out; the rest of the report is the last repetition. */
export interface ReportRepetitions {
  readonly count: number;
  /** Tests that any of them selected. */
  readonly tests: number;
  readonly flakes: readonly ReportFlake[];
  /**
   * In order; `report`: the folder beside this report in which that of a repetition is kept that did not end well, or in which
   * a test was asked again.
   */
  readonly runs: readonly {
    readonly exitCode: ExitCode;
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    /** Tests that were asked again after an inconclusive attempt, and why the first one was so. Absent: none. */
    readonly askedAgain?: readonly { readonly id: string; readonly reason: string }[];
    readonly durationMs: number;
    readonly report?: string;
  }[];
}

/** report.json; its JSON Schema is spec/report.schema.json. */
export interface Report {
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly target: {
    readonly name: string;
    readonly description?: string;
    readonly restBaseUrl: string;
    readonly domain: string;
    readonly sip: string;
    readonly capabilities: readonly string[];
  };
  readonly settings: {
    readonly runner: 'local' | 'docker';
    readonly concurrency: number;
    /** What narrowed the run down; absent in a whole run. */
    readonly selection?: Readonly<Record<string, string>>;
    readonly baseline?: string;
  };
  readonly ending: {
    readonly exitCode: ExitCode;
    readonly interrupted: boolean;
    readonly reasons: readonly string[];
  };
  readonly summary: {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    readonly tests: Readonly<Record<Verdict, number>>;
    readonly requirements: Readonly<Record<Verdict, number>>;
    readonly covered: number;
    readonly total: number;
    readonly levels: readonly ReportGroup[];
    readonly profiles: readonly ReportProfile[];
    readonly areas: readonly ReportGroup[];
    readonly traffic: Counts;
    /** How often each part of the API was used; 0 where the run never got there. */
    readonly exercised: Exercised;
    /** How late the suite's own timers were, ms: what it says of timing is no better than this. */
    readonly lag?: Lag;
  };
  readonly tests: readonly ReportTest[];
  readonly requirements: readonly ReportRequirement[];
  /** Absent where the run was not repeated. */
  readonly repetitions?: ReportRepetitions;
  readonly findings: readonly { readonly kind: RunFinding['kind']; readonly at: number; readonly text: string }[];
}

/** What crossed the wires in each test, by test id; too much for report.json. */
export type Timelines = ReadonlyMap<string, readonly TimelineEntry[]>;
