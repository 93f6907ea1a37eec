/** What the suite says of one test or one requirement. */
export const VERDICTS = [
  'pass',
  'fail',
  'warning',
  'not-applicable',
  'untestable',
  'inconclusive',
  'harness-error',
  'not-run',
] as const;

/**
 * - `pass` everything that was demanded came
 * - `fail` a MUST did not come
 * - `warning` every MUST came, a SHOULD did not
 * - `not-applicable` the target file does not claim the capability
 * - `untestable` no black box can show it; the catalogue says why
 * - `inconclusive` the harness was starved, or the traffic that the test needs never flowed, so nothing was shown
 * - `harness-error` the suite itself broke, which says nothing of the target
 * - `not-run` the test was due and did not run, or was not selected
 */
export type Verdict = (typeof VERDICTS)[number];

/**
 * How much a verdict hides the others when several are folded into one. A proven fault outweighs a broken harness, for
 * it stays proven whatever else went wrong; whatever leaves a question open outweighs every green verdict.
 */
const RANK: Readonly<Record<Verdict, number>> = {
  untestable: 0,
  'not-applicable': 1,
  pass: 2,
  warning: 3,
  'not-run': 4,
  inconclusive: 5,
  'harness-error': 6,
  fail: 7,
};

/** The join of the lattice: commutative, associative, idempotent. */
export function join(a: Verdict, b: Verdict): Verdict {
  return RANK[a] >= RANK[b] ? a : b;
}

/** Folds verdicts into one; nothing to fold is `not-run`, never green. */
export function fold(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict | undefined;
  for (const verdict of verdicts) result = result === undefined ? verdict : join(result, verdict);
  return result ?? 'not-run';
}

/** True for a verdict which says that the target was really judged. */
export function judged(verdict: Verdict): boolean {
  switch (verdict) {
    case 'pass':
    case 'fail':
    case 'warning':
      return true;
    case 'not-applicable':
    case 'untestable':
    case 'inconclusive':
    case 'harness-error':
    case 'not-run':
      return false;
    default:
      return unreachable(verdict);
  }
}

/** The three columns of the summary line: every verdict falls in exactly one of them. */
export type Column = 'passed' | 'failed' | 'skipped';

/** Warnings count as passed (no MUST was broken), a broken harness as failed (it must be looked at). */
export function column(verdict: Verdict): Column {
  switch (verdict) {
    case 'pass':
    case 'warning':
      return 'passed';
    case 'fail':
    case 'harness-error':
      return 'failed';
    case 'not-applicable':
    case 'untestable':
    case 'inconclusive':
    case 'not-run':
      return 'skipped';
    default:
      return unreachable(verdict);
  }
}

/** Counts how often each verdict occurs; every verdict has a key. */
export function tally(verdicts: Iterable<Verdict>): Record<Verdict, number> {
  const counts: Record<Verdict, number> = {
    pass: 0,
    fail: 0,
    warning: 0,
    'not-applicable': 0,
    untestable: 0,
    inconclusive: 0,
    'harness-error': 0,
    'not-run': 0,
  };
  for (const verdict of verdicts) counts[verdict] += 1;
  return counts;
}

/** Marks the end of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
