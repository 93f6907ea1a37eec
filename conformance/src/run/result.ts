import type { Lag } from '../harness/lag.ts';
import type { RunFinding, ScenarioMeta, ScenarioOutcome } from '../harness/types.ts';

/** How one scenario went, as the runner saw it. */
export interface ScenarioRun {
  readonly meta: ScenarioMeta;
  /** False: the filter left it out. */
  readonly selected: boolean;
  /** What the scenario left behind; absent when it never ran to its end. */
  readonly outcome?: ScenarioOutcome;
  /** Why there is no outcome although the scenario was started: a crash of the suite. */
  readonly crash?: string;
}

/** Everything that a run found out, complete or stopped half-way. */
export interface RunResult {
  readonly scenarios: readonly ScenarioRun[];
  readonly findings: readonly RunFinding[];
  /** Faults of the suite outside any scenario, a sentence each. */
  readonly errors: readonly string[];
  readonly interrupted: boolean;
  /** The target ended by itself while it was judged: the sentence that says how. */
  readonly targetDied?: string;
  /** Wall-clock start, ms since 1970, and how long it took. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** How late the suite's own timers were; absent when nothing ran. */
  readonly lag?: Lag;
}
