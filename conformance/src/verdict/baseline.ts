import type { Verdict } from './verdict.ts';

/** A failure that is known and accepted for a while. */
export interface KnownFailure {
  /** Id of the test as in the report. */
  readonly test: string;
  /** Why it is accepted: a ticket, a date, a name. */
  readonly reason: string;
}

/** What a baseline file holds, or the sentence that says what is wrong with it. */
type BaselineReading =
  | { readonly ok: true; readonly failures: readonly KnownFailure[] }
  | { readonly ok: false; readonly problem: string };

/** Reads the parsed content of a baseline file: `knownFailures: [{test, reason}]`. */
export function readBaseline(content: unknown): BaselineReading {
  if (!isRecord(content) || !Array.isArray(content.knownFailures)) {
    return { ok: false, problem: 'it must hold a list `knownFailures`' };
  }
  const failures: KnownFailure[] = [];
  for (const [index, entry] of content.knownFailures.entries()) {
    const test: unknown = isRecord(entry) ? entry.test : undefined;
    const reason: unknown = isRecord(entry) ? entry.reason : undefined;
    if (typeof test !== 'string' || typeof reason !== 'string' || test === '' || reason === '') {
      return { ok: false, problem: `entry ${index + 1} of knownFailures needs a test and a reason` };
    }
    if (failures.some((known) => known.test === test)) {
      return { ok: false, problem: `test ${test} is listed twice` };
    }
    failures.push({ test, reason });
  }
  return { ok: true, failures };
}

/** How a run compares with its baseline. */
interface BaselineComparison {
  /** Tests that fail and are known to. */
  readonly accepted: ReadonlySet<string>;
  /** Sentences on entries that are no longer true: the test passes now, or there is no such test. */
  readonly stale: readonly string[];
}

/**
 * Compares a run with its baseline. An entry is only judged when its test was selected and judged: a run of one area
 * says nothing of the others, and a test that was inconclusive does not prove that the fault is gone.
 */
export function compareBaseline(
  failures: readonly KnownFailure[],
  verdicts: ReadonlyMap<string, Verdict>,
  allTests: ReadonlySet<string>,
): BaselineComparison {
  const accepted = new Set<string>();
  const stale: string[] = [];
  for (const { test } of failures) {
    const verdict = verdicts.get(test);
    if (verdict === 'fail') accepted.add(test);
    else if (verdict === 'pass' || verdict === 'warning') stale.push(`${test} passes now: take it off the baseline`);
    else if (!allTests.has(test)) stale.push(`${test} is on the baseline but there is no such test`);
  }
  return { accepted, stale };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
