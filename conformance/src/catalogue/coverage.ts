import { judgeRequirement, type Testimony } from '../verdict/test-verdict.ts';
import { fold, judged, type Verdict } from '../verdict/verdict.ts';
import { type Claim, forApplications, judgeable } from './reason.ts';

/** A row of the catalogue, as far as coverage needs it. */
export interface Row extends Claim {
  readonly slug: string;
}

/** A test with the verdict that it ended with after review. */
export interface JudgedTest {
  readonly id: string;
  readonly verdict: Verdict;
  readonly testimony: Testimony;
}

/** A row with all that was found out about it. */
interface CoveredRow<R extends Row> {
  readonly row: R;
  readonly verdict: Verdict;
  /** Tests that name the row, each with what it says of this row alone. */
  readonly tests: readonly { readonly id: string; readonly verdict: Verdict }[];
}

interface Coverage<R extends Row> {
  readonly rows: readonly CoveredRow<R>[];
  /** C: rows on which a service can be judged, of which at least one test really judged the target. */
  readonly covered: number;
  /** T: rows on which a service can be judged: neither untestable nor asked of applications. */
  readonly total: number;
  /** Rows of T that no test names. */
  readonly unnamed: readonly string[];
}

/**
 * Lays the tests of a run over the catalogue. Tests that the run did not select take part as `not-run`, so a row whose
 * evidence is incomplete is never green. A row that no test names is not applicable when the target does not claim its
 * capability, and when it is asked of applications.
 */
export function cover<R extends Row>(
  rows: readonly R[],
  tests: readonly JudgedTest[],
  claimed: ReadonlySet<string>,
): Coverage<R> {
  const byRow = testsByRow(tests);
  const coveredRows = rows.map((row): CoveredRow<R> => {
    const of = (byRow.get(row.slug) ?? []).map((test) => ({
      id: test.id,
      verdict: judgeRequirement(row.slug, test.testimony, test.verdict),
    }));
    return { row, tests: of, verdict: of.length === 0 ? unnamed(row, claimed) : fold(of.map((test) => test.verdict)) };
  });
  const testable = coveredRows.filter(({ row }) => judgeable(row));
  return {
    rows: coveredRows,
    covered: testable.filter(({ tests: of }) => of.some((test) => judged(test.verdict))).length,
    total: testable.length,
    unnamed: testable.filter(({ tests: of }) => of.length === 0).map(({ row }) => row.slug),
  };
}

function unnamed(row: Row, claimed: ReadonlySet<string>): Verdict {
  if (row.untestable !== undefined) return 'untestable';
  if (forApplications(row)) return 'not-applicable';
  return row.capability === undefined || claimed.has(row.capability) ? 'not-run' : 'not-applicable';
}

function testsByRow(tests: readonly JudgedTest[]): Map<string, JudgedTest[]> {
  const byRow = new Map<string, JudgedTest[]>();
  for (const test of tests) {
    const { requirements, shown, broken, warned } = test.testimony;
    for (const slug of new Set([...requirements, ...shown, ...broken, ...warned])) {
      const list = byRow.get(slug);
      if (list === undefined) byRow.set(slug, [test]);
      else list.push(test);
    }
  }
  return byRow;
}
