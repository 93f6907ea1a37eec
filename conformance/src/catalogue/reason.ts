import { judged, type Verdict } from '../verdict/verdict.ts';

/** What a row says of itself, as far as it matters for who can be judged on it. */
export interface Claim {
  /** Who must do it. */
  readonly role?: string;
  readonly capability?: string;
  readonly untestable?: string;
}

/** True for a row on which a run can judge a service: it asks a service for something that a black box shows. */
export function judgeable(row: Claim): boolean {
  return row.untestable === undefined && !forApplications(row);
}

export const forApplications = ({ role }: Claim): boolean => role === 'application';

/** A test that speaks of a row, and why it did not judge it. */
export interface Silent {
  readonly id: string;
  readonly verdict: Verdict;
  readonly selected: boolean;
  /** Why the test as a whole is not `pass`. */
  readonly reason?: string;
}

/** Why a row that asks something of an application has no verdict in a run against a service. */
export const APPLICATIONS =
  'It asks something of the application. In a run against a service the suite itself is the application, so nobody is judged on it; `make test` holds the demo application to it.';

/**
 * Why no test judged the target on a row.
 * @param tests those of the run that name it.
 * @param waiting ids of those that only run with --patient and name it.
 * @returns a sentence for every row that no test judged, and for one that is not run; undefined where a verdict speaks for itself.
 */
export function reasonOf(
  row: Claim,
  verdict: Verdict,
  tests: readonly Silent[],
  waiting: readonly string[],
): string | undefined {
  if (verdict === 'untestable') return row.untestable;
  if (judged(verdict)) return undefined;
  const same = tests.filter((test) => test.verdict === verdict);
  if (same.length > 0) return [...new Set(same.map(sentence))].join(' ');
  if (forApplications(row)) return APPLICATIONS;
  if (waiting.length > 0) return `${list(waiting)}: waits for more than a minute, and runs only with --patient.`;
  if (verdict === 'not-applicable') return `The target does not claim the capability ${row.capability}.`;
  return 'No test of the suite names it.';
}

function sentence({ id, verdict, selected, reason }: Silent): string {
  if (!selected) return `${id} was left out by the selection of this run.`;
  if (reason !== undefined) return `${id}: ${reason.replace(/[.\s]*$/, '')}.`;
  return verdict === 'not-run' ? `${id} passed without having shown it.` : `${id} says ${verdict}.`;
}

const list = (ids: readonly string[]): string => ids.join(', ');
