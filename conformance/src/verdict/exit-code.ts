import type { Verdict } from './verdict.ts';

/** Exit codes of `mediaservice-conformance run`. */
export const EXIT = {
  conformant: 0,
  notConformant: 1,
  settings: 2,
  incomplete: 3,
  harnessError: 4,
  staleBaseline: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** All that the exit code of a finished run depends on. */
export interface RunFacts {
  /** The run was stopped before its end. */
  readonly interrupted: boolean;
  /** The target ended by itself while it was judged: the sentence that says how. */
  readonly targetDied?: string;
  /** One sentence for each kind of traffic that was due and never came, see `vacuous`. */
  readonly vacuous: readonly string[];
  /** Verdict of each test that was selected. */
  readonly tests: readonly { readonly id: string; readonly verdict: Verdict }[];
  /** What the target still held when all was over and it should have held nothing, a sentence each. */
  readonly leftovers: readonly string[];
  /** How often a callback that belongs to no test broke the specification. */
  readonly brokenBeside: number;
  /** Faults of the suite outside any test, such as a report that cannot be written. */
  readonly harnessErrors: readonly string[];
  /** Ids of tests whose failure is known and accepted. */
  readonly accepted: Pick<ReadonlySet<string>, 'has'>;
  /** Entries of the baseline that are no longer true. */
  readonly stale: readonly string[];
  /** What the target claims and no test could judge, a sentence each. */
  readonly unproven?: readonly string[];
}

/** An exit code and the sentences which say why it is that one. */
export interface Ending {
  readonly code: ExitCode;
  readonly reasons: readonly string[];
}

/**
 * Decides how a run ends. What makes the whole run worthless comes first (stopped, no traffic at all), unless the target
 * died of it; then a proven fault, which stays proven whatever else broke; then faults of the suite, of the baseline, and gaps.
 */
export function decideEnding(run: RunFacts): Ending {
  const of = (verdict: Verdict) => run.tests.filter((t) => t.verdict === verdict);
  if (run.interrupted) return ending(EXIT.incomplete, ['the run was stopped before its end']);
  if (run.targetDied !== undefined) return ending(EXIT.notConformant, [run.targetDied]);
  if (run.vacuous.length > 0) return ending(EXIT.incomplete, run.vacuous);
  const failed = of('fail').filter((t) => !run.accepted.has(t.id)).length;
  const broken = of('harness-error').length;
  const suite = [...some(broken, (tests) => `the suite broke in ${tests}`), ...run.harnessErrors];
  const faults = [
    ...some(failed, (tests) => `${tests} failed`),
    ...run.leftovers,
    ...(run.brokenBeside > 0
      ? [`callbacks that belong to no test broke the specification in ${run.brokenBeside} places`]
      : []),
  ];
  if (faults.length > 0) return ending(EXIT.notConformant, [...faults, ...suite]);
  if (suite.length > 0) return ending(EXIT.harnessError, suite);
  if (run.tests.length === 0) return ending(EXIT.incomplete, ['nothing matched the filter']);
  if (run.stale.length > 0) return ending(EXIT.staleBaseline, run.stale);
  const gaps = [
    ...some(of('not-run').length, (tests) => `${tests} did not run`),
    ...some(of('inconclusive').length, (tests) => `${tests} could not be judged`),
    ...(run.tests.every((t) => t.verdict === 'not-applicable' || t.verdict === 'untestable')
      ? ['no test applies to the capabilities that the target claims']
      : []),
    ...(run.unproven ?? []),
  ];
  return gaps.length > 0 ? ending(EXIT.incomplete, gaps) : ending(EXIT.conformant, []);
}

function some(n: number, sentence: (tests: string) => string): string[] {
  return n > 0 ? [sentence(`${n} test${n === 1 ? '' : 's'}`)] : [];
}

function ending(code: ExitCode, reasons: readonly string[]): Ending {
  return { code, reasons };
}
