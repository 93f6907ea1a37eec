import type { Verdict } from './verdict.ts';

/** A failure that is known and accepted for a while: of one test, or of all tests that fail of one requirement. */
export type KnownFailure =
  /** `test` is its id as in the report; `reason` why it is accepted: a ticket, a date, a name. */
  | { readonly test: string; readonly reason: string }
  /** `requirement` is a slug: a test is accepted when every requirement that it fails is known. */
  | { readonly requirement: string; readonly reason: string };

/** What a baseline file holds, or the sentence that says what is wrong with it. */
type BaselineReading =
  | { readonly ok: true; readonly failures: readonly KnownFailure[] }
  | { readonly ok: false; readonly problem: string };

/** Reads the parsed content of a baseline file: `knownFailures: [{test, reason}, {requirement, reason}]`. */
export function readBaseline(content: unknown): BaselineReading {
  if (!isRecord(content) || !Array.isArray(content.knownFailures)) {
    return { ok: false, problem: 'it must hold a list `knownFailures`' };
  }
  const failures: KnownFailure[] = [];
  for (const [index, entry] of content.knownFailures.entries()) {
    const known = entryOf(entry);
    if (known === undefined) {
      return {
        ok: false,
        problem: `entry ${index + 1} of knownFailures needs a test, or a requirement, and a reason`,
      };
    }
    const twice = failures.some((other) => nameOf(other) === nameOf(known));
    if (twice) return { ok: false, problem: `${nameOf(known)} is listed twice` };
    failures.push(known);
  }
  return { ok: true, failures };
}

function entryOf(entry: unknown): KnownFailure | undefined {
  if (!isRecord(entry)) return undefined;
  const { test, requirement, reason } = entry;
  if (!isText(reason)) return undefined;
  if (isText(test)) return requirement === undefined ? { test, reason } : undefined;
  return isText(requirement) && test === undefined ? { requirement, reason } : undefined;
}

const nameOf = (known: KnownFailure): string =>
  'test' in known ? `test ${known.test}` : `requirement ${known.requirement}`;

/** A run, as far as a baseline needs it. */
export interface Seen {
  /** Tests that were selected, and what each says of the requirements that it names. */
  readonly tests: readonly {
    readonly id: string;
    readonly verdict: Verdict;
    readonly requirements: readonly { readonly slug: string; readonly verdict: Verdict }[];
  }[];
  /** Ids of all tests that there are. */
  readonly allTests: ReadonlySet<string>;
  /** Verdict of each requirement that there is. */
  readonly requirements: ReadonlyMap<string, Verdict>;
}

/** How a run compares with its baseline. */
interface BaselineComparison {
  /** Tests that fail and are known to, with the reason why that is accepted. */
  readonly accepted: ReadonlyMap<string, string>;
  /** Sentences on entries that are no longer true: what they name passes now, or there is no such thing. */
  readonly stale: readonly string[];
}

/**
 * Compares a run with its baseline. An entry is only judged when what it names was selected and judged: a run of one area
 * says nothing of the others, and a test that was inconclusive does not prove that the fault is gone.
 */
export function compareBaseline(failures: readonly KnownFailure[], seen: Seen): BaselineComparison {
  const byTest = new Map(failures.flatMap((known) => ('test' in known ? [[known.test, known.reason] as const] : [])));
  const bySlug = new Map(
    failures.flatMap((known) => ('requirement' in known ? [[known.requirement, known.reason] as const] : [])),
  );
  const accepted = new Map<string, string>();
  for (const { id, verdict, requirements } of seen.tests) {
    if (verdict !== 'fail') continue;
    const own = byTest.get(id);
    const failed = requirements.filter((one) => one.verdict === 'fail').map(({ slug }) => bySlug.get(slug));
    const [first] = failed;
    if (own !== undefined) accepted.set(id, own);
    else if (first !== undefined && failed.every((reason) => reason !== undefined)) accepted.set(id, first);
  }
  const verdicts = new Map(seen.tests.map(({ id, verdict }) => [id, verdict]));
  return {
    accepted,
    stale: [
      ...[...byTest.keys()].flatMap((test) =>
        staleness(`${test}`, 'test', verdicts.get(test), seen.allTests.has(test)),
      ),
      ...[...bySlug.keys()].flatMap((slug) =>
        staleness(slug, 'requirement', seen.requirements.get(slug), seen.requirements.has(slug)),
      ),
    ],
  };
}

function staleness(name: string, kind: string, verdict: Verdict | undefined, exists: boolean): string[] {
  if (verdict === 'pass' || verdict === 'warning') return [`${name} passes now: take it off the baseline`];
  return exists ? [] : [`${name} is on the baseline but there is no such ${kind}`];
}

/** Why a failure that nobody has looked at yet stands on a baseline. */
const unseen = 'not looked at yet';

/**
 * The baseline that this run would pass: entries that are still true keep their reasons, a test that fails besides gets one.
 * Entries of which the run says nothing stay.
 */
export function renewBaseline(failures: readonly KnownFailure[], seen: Seen): readonly KnownFailure[] {
  const { accepted } = compareBaseline(failures, seen);
  const kept = failures.filter((known) => compareBaseline([known], seen).stale.length === 0);
  const fresh = seen.tests.filter(({ id, verdict }) => verdict === 'fail' && !accepted.has(id));
  return [...kept, ...fresh.map(({ id }) => ({ test: id, reason: unseen }))];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
