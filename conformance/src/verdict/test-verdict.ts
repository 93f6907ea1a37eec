import { type Counts, missing, type Needs } from './traffic.ts';
import { judged, type Verdict } from './verdict.ts';

/** A sentence, and whom it blames: one requirement, or those that were still to be shown. */
interface Reason {
  readonly requirement?: string;
  readonly requirements?: readonly string[];
  readonly text: string;
}

/** What a finished test says of itself; the shape of the harness's outcome as far as it matters here. */
export interface Testimony {
  readonly verdict: Verdict;
  /** Requirements that the test promised to show. */
  readonly requirements: readonly string[];
  /** Requirements whose expectations held, were broken (MUST), were missed (SHOULD). */
  readonly shown: readonly string[];
  readonly broken: readonly string[];
  readonly warned: readonly string[];
  readonly reasons: readonly Reason[];
  readonly needs: Needs;
  readonly observed: Counts;
}

/** A verdict and the sentences that explain it; a plain pass has none. */
interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/**
 * Reviews what a test says of itself; it can only get worse. A test that names a requirement which does not exist,
 * that checked nothing, or that passed without the traffic it needs is a fault of the suite, and never green.
 */
export function judgeTest(seen: Testimony, known: ReadonlySet<string>): Judgement {
  const named = new Set([...seen.requirements, ...seen.shown, ...seen.broken, ...seen.warned]);
  const unknown = [...named].filter((slug) => !known.has(slug));
  if (unknown.length > 0) {
    return harnessError(seen, `the test names what is not in the catalogue: ${unknown.join(', ')}`);
  }
  const green = seen.verdict === 'pass' || seen.verdict === 'warning';
  if (!green) return { verdict: seen.verdict, reasons: seen.reasons };
  if (seen.broken.length > 0) return { verdict: 'fail', reasons: seen.reasons };
  if (seen.shown.length + seen.warned.length === 0) return harnessError(seen, 'the test checked nothing');
  const absent = missing(seen.needs, seen.observed);
  if (absent.length > 0) return harnessError(seen, `the test passed without what it needs: ${absent.join(', ')}`);
  return { verdict: seen.warned.length > 0 ? 'warning' : seen.verdict, reasons: seen.reasons };
}

function harnessError(seen: Testimony, text: string): Judgement {
  return { verdict: 'harness-error', reasons: [{ text }, ...seen.reasons] };
}

/**
 * What one test says of one requirement that it names. Only an expectation that held makes a requirement green: one
 * that the test promised and never reached is `not-run`, even when the test passed. A test that failed without blaming
 * any requirement is a fault in all that it names: a red test never leaves only green requirements behind.
 */
export function judgeRequirement(slug: string, test: Testimony, verdict: Verdict): Verdict {
  if (!judged(verdict)) return verdict;
  if (verdict === 'fail') {
    const blamed = new Set([
      ...test.broken,
      ...test.reasons.flatMap(({ requirement, requirements = [] }) => requirement ?? requirements),
    ]);
    if (blamed.size === 0 || blamed.has(slug)) return 'fail';
  }
  if (test.warned.includes(slug)) return 'warning';
  return test.shown.includes(slug) ? 'pass' : 'not-run';
}
