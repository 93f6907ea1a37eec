import type { Verdict } from '../../verdict/verdict.ts';
import { outcomeOf } from '../formats/outcome.ts';
import type { Report, ReportTest } from '../model.ts';

/**
 * What a change means for whoever reads it. `unjudged`: no longer judged, so that nobody knows whether it is better or worse;
 * `other`: it says nothing of the target, such as a row that the catalogue dropped.
 */
export type Turn = 'better' | 'worse' | 'unjudged' | 'other';

/** A verdict that is another one now; `undefined`: there was no such test or row, or there is none any more. */
export interface Change {
  readonly id: string;
  readonly title: string;
  readonly from: Verdict | undefined;
  readonly to: Verdict | undefined;
  readonly turn: Turn;
  /** Why it is what it is now. */
  readonly reason?: string;
}

/** How long a test took, in ms. */
interface Slower {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Two runs side by side. */
export interface Comparison {
  readonly before: Side;
  readonly after: Side;
  readonly tests: readonly Change[];
  readonly requirements: readonly Change[];
  /** Tests that pass in both and take much longer now; no fault, but worth a look. */
  readonly slower: readonly Slower[];
  /** Something got worse. */
  readonly worse: boolean;
  /** Nothing got worse, as far as is known; but something that was judged before is so no longer. */
  readonly incomplete: boolean;
}

interface Side {
  readonly target: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly covered: number;
  readonly total: number;
  /** Only a part was run: what is not in it is no loss. */
  readonly part: boolean;
}

/** Much longer: twice as long, and by so many ms. */
const MUCH_LONGER_MS = 1000;

/** Compares two runs of the same target, or of two. Pure. */
export function compare(before: Report, after: Report): Comparison {
  const part = sideOf(before).part || sideOf(after).part;
  const tests = changes(
    new Map(before.tests.map((test) => [test.id, test])),
    new Map(after.tests.map((test) => [test.id, test])),
    (from, to) => {
      const judged = turnOfTest(from, to);
      return part && (from === undefined || to === undefined) ? 'other' : judged;
    },
    ({ title }) => title,
    ({ reasons }) => reasons[0]?.text,
  );
  const accepted = new Set(after.tests.flatMap(({ id, knownFailure }) => (knownFailure === undefined ? [] : [id])));
  const requirements = changes(
    new Map(before.requirements.map((row) => [row.slug, row])),
    new Map(after.requirements.map((row) => [row.slug, row])),
    (from, to) => {
      // A row that the catalogue took in or dropped says nothing of the target.
      if (from === undefined || to === undefined) return 'other';
      // All that speaks against it is accepted, so it is too.
      const against = to.tests.filter(({ verdict }) => WORTH[verdict] === 0);
      if (against.length > 0 && against.every(({ id }) => accepted.has(id))) return 'other';
      return part && to.verdict === 'not-run' ? 'other' : turn(from.verdict, to.verdict);
    },
    ({ text }) => text,
    ({ reason }) => reason,
  );
  // What belongs to no test, such as calls that were left behind, is seen in the ending alone.
  const endsWorse = before.ending.exitCode === 0 && (after.ending.exitCode === 1 || after.ending.exitCode === 4);
  const endsIncomplete = before.ending.exitCode === 0 && after.ending.exitCode === 3;
  const some = (turn: Turn): boolean => [...tests, ...requirements].some((change) => change.turn === turn);
  const worse = endsWorse || some('worse');
  const incomplete = !worse && (endsIncomplete || some('unjudged'));
  return {
    ...{ before: sideOf(before), after: sideOf(after), tests, requirements, slower: slower(before, after) },
    ...{ worse, incomplete },
  };
}

function changes<T extends { readonly verdict: Verdict }>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  turnOf: (from: T | undefined, to: T | undefined) => Turn,
  title: (of: T) => string,
  why: (of: T) => string | undefined,
): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id) => {
    const from = before.get(id);
    const to = after.get(id);
    const one = to ?? from;
    if (one === undefined || from?.verdict === to?.verdict) return [];
    const reason = to === undefined || to.verdict === 'pass' ? undefined : why(to);
    const verdicts = { from: from?.verdict, to: to?.verdict };
    return [
      { id, title: title(one), ...verdicts, turn: turnOf(from, to), ...(reason === undefined ? {} : { reason }) },
    ];
  });
}

/** A failure that the baseline accepts is no worse than what it was; the baseline says so. */
function turnOfTest(from: ReportTest | undefined, to: ReportTest | undefined): Turn {
  if (to?.knownFailure !== undefined) return 'other';
  if (from === undefined) return to !== undefined && outcomeOf(to) === 'failed' ? 'worse' : 'other';
  if (to === undefined) return outcomeOf(from) === 'passed' ? 'worse' : from.verdict === 'fail' ? 'unjudged' : 'other';
  return turn(from.verdict, to.verdict);
}

/** The better of two verdicts is the one that shows more good of the target. */
function turn(from: Verdict, to: Verdict): Turn {
  // The harness was held up: nothing is known of the target any more, and nothing bad.
  if (to === 'inconclusive') return JUDGED.has(from) ? 'unjudged' : 'other';
  // A failure is not mended by looking away; what was good and is not looked at is lost.
  if (from === 'fail' && !JUDGED.has(to) && to !== 'harness-error') return 'unjudged';
  const difference = WORTH[to] - WORTH[from];
  return difference > 0 ? 'better' : difference < 0 ? 'worse' : 'other';
}

/** Verdicts that say something of the target. */
const JUDGED: ReadonlySet<Verdict> = new Set(['pass', 'warning', 'fail']);

const WORTH: Readonly<Record<Verdict, number>> = {
  pass: 3,
  warning: 2,
  'not-applicable': 1,
  untestable: 1,
  inconclusive: 1,
  'not-run': 1,
  fail: 0,
  'harness-error': 0,
};

function slower(before: Report, after: Report): Slower[] {
  const was = new Map(before.tests.map((test) => [test.id, test]));
  return after.tests
    .flatMap((test) => {
      const old = was.get(test.id);
      if (old === undefined || outcomeOf(old) !== 'passed' || outcomeOf(test) !== 'passed') return [];
      const longer = test.durationMs - old.durationMs;
      const much = longer >= MUCH_LONGER_MS && test.durationMs >= 2 * old.durationMs;
      return much ? [{ id: test.id, from: old.durationMs, to: test.durationMs }] : [];
    })
    .toSorted((a, b) => b.to - b.from - (a.to - a.from));
}

function sideOf({ target, startedAt, durationMs, summary, settings }: Report): Side {
  const { passed, failed, skipped, covered, total } = summary;
  const counts = { passed, failed, skipped, covered, total };
  return { target: target.name, startedAt, durationMs, ...counts, part: settings.selection !== undefined };
}
