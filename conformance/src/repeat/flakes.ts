/** What several repetitions of a run say of each other. Pure. Keeps a verdict and a sentence a test, nothing more. */
import type { Report, ReportFlake, ReportRepetitions } from '../report/model.ts';
import { EXIT, type ExitCode } from '../verdict/exit-code.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** One repetition, as far as it is kept. */
interface Repetition {
  readonly run: ReportRepetitions['runs'][number];
  readonly interrupted: boolean;
}

/** What one test was in one repetition. */
interface Seen {
  readonly verdict: Verdict;
  readonly reason: string | undefined;
}

/** Which ending outweighs which: a proven fault all others, then what broke, then what is stale, then what is missing. */
const WEIGHT: readonly ExitCode[] = [
  EXIT.conformant,
  EXIT.incomplete,
  EXIT.staleBaseline,
  EXIT.settings,
  EXIT.harnessError,
  EXIT.notConformant,
];

export class Repetitions {
  readonly #done: Repetition[] = [];
  readonly #tests = new Map<string, (Seen | undefined)[]>();

  /** Takes a repetition in; `kept` is where its own report stays, relative to the report of all. */
  add(report: Report, kept?: string): void {
    const { summary, ending, durationMs } = report;
    const { passed, failed, skipped } = summary;
    const place = kept === undefined ? {} : { report: kept };
    const again = askedAgain(report);
    const asked = again.length === 0 ? {} : { askedAgain: again };
    this.#done.push({
      run: { exitCode: ending.exitCode, passed, failed, skipped, ...asked, durationMs, ...place },
      interrupted: ending.interrupted,
    });
    for (const { id, verdict, reasons } of report.tests) {
      const seen = this.#tests.get(id) ?? [];
      seen[this.#done.length - 1] = { verdict, reason: reasons[0]?.text };
      this.#tests.set(id, seen);
    }
  }

  get count(): number {
    return this.#done.length;
  }

  /** All of them, and the tests whose verdict was not the same each time. A run that was stopped says nothing of those it left out. */
  summary(): ReportRepetitions {
    const whole = this.#done.flatMap(({ interrupted }, i) => (interrupted ? [] : [i]));
    return {
      count: this.#done.length,
      tests: this.#tests.size,
      runs: this.#done.map(({ run }) => run),
      flakes: [...this.#tests].flatMap(([id, seen]) => flakeOf(id, seen, whole) ?? []),
    };
  }

  /** The exit code of all, and why; the report of the last one knows only its own. */
  ending(): Report['ending'] {
    const exitCode = this.#done.reduce<ExitCode>(
      (worst, { run }) => (WEIGHT.indexOf(run.exitCode) > WEIGHT.indexOf(worst) ? run.exitCode : worst),
      EXIT.conformant,
    );
    const [fault] = [exitCode].filter((code) => code !== EXIT.conformant);
    const those = this.#done.flatMap(({ run }, i) => (fault !== undefined && run.exitCode === fault ? [i + 1] : []));
    return {
      exitCode,
      interrupted: this.#done.some(({ interrupted }) => interrupted),
      reasons: those.length === 0 ? [] : [`${list(those)} of ${this.#done.length} ended so`],
    };
  }
}

/** Tests whose first attempt was inconclusive, and why it was so: whatever they were in the end, something was seen once. */
export function askedAgain({ tests }: Report): { readonly id: string; readonly reason: string }[] {
  return tests.flatMap(({ id, earlier: [first] = [] }) =>
    first === undefined ? [] : [{ id, reason: first.reasons[0]?.text ?? '' }],
  );
}

function flakeOf(id: string, seen: readonly (Seen | undefined)[], whole: readonly number[]): ReportFlake | undefined {
  const each = whole.map((i) => ({
    repetition: i + 1,
    verdict: seen[i]?.verdict ?? 'not-run',
    reason: seen[i]?.reason,
  }));
  const counts = Map.groupBy(each, ({ verdict }) => verdict);
  if (counts.size < 2) return undefined;
  const most = Math.max(...[...counts.values()].map(({ length }) => length));
  return {
    id,
    rate: (each.length - most) / each.length,
    verdicts: Object.fromEntries([...counts].map(([verdict, of]) => [verdict, of.length])),
    reasons: each.flatMap(({ repetition, verdict, reason }) =>
      verdict === 'pass' ? [] : [{ repetition, verdict, text: reason ?? 'it did not run' }],
    ),
  };
}

function list(repetitions: readonly number[]): string {
  return `repetition${repetitions.length === 1 ? '' : 's'} ${repetitions.join(', ')}`;
}

/** The last line of repeated runs; scripts read it, so its form never changes. */
export function flakeLine({ flakes, tests, count }: ReportRepetitions): string {
  return `flakes: ${flakes.length} of ${tests} tests in ${count} repetition${count === 1 ? '' : 's'}`;
}

/** Each test that was not the same every time: how often it was what, and why; and which had to be asked again, in which repetition and why. */
export function flakeWords({ flakes, runs }: ReportRepetitions): string[] {
  const again = runs.flatMap(({ askedAgain: those = [] }, i) =>
    those.map(({ id, reason }) => `  ${i + 1}: ${id}: ${reason.split('\n')[0]}`),
  );
  const words = `${again.length} ${again.length === 1 ? 'test was' : 'tests were'} asked again after an inconclusive attempt`;
  return [
    ...(again.length === 0 ? [] : [words, ...again]),
    ...flakes.flatMap(({ id, rate, verdicts, reasons }) => [
      `${id}  ${Object.entries(verdicts)
        .map(([verdict, times]) => `${verdict} ${times}`)
        .join(', ')}  (${(rate * 100).toFixed(rate < 0.1 ? 1 : 0)} % other than mostly)`,
      ...reasons.map(({ repetition, verdict, text }) => `  ${repetition}: ${verdict}: ${text.split('\n')[0]}`),
    ]),
  ];
}
