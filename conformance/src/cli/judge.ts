import type { KeyObject } from 'node:crypto';
import type { RequirementRow } from '../catalogue/row.ts';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { catalogueHash } from '../evidence/bundle/facts.ts';
import { sealBundle } from '../evidence/bundle/seal.ts';
import { withoutSecrets } from '../evidence/told.ts';
import type { ScenarioMeta } from '../harness/types.ts';
import { type BuildInput, buildReport } from '../report/build.ts';
import { describeTarget } from '../report/described.ts';
import { both, type EventStream } from '../report/events.ts';
import type { Report } from '../report/model.ts';
import { prepareReport, ReportError, sealed, writeReport } from '../report/write.ts';
import { type PartWish, selectWithin } from '../run/part.ts';
import { Progress } from '../run/progress.ts';
import type { RunResult } from '../run/result.ts';
import { runScenarios } from '../run/run.ts';
import { list, type Selection, select, type Wish } from '../run/selection.ts';
import type { Target } from '../target/types.ts';
import type { KnownFailure } from '../verdict/baseline.ts';
import { EXIT, type ExitCode } from '../verdict/exit-code.ts';
import { baselineOf, knownAreas, notOfTheReport, placesFor, signingKey } from './before-run.ts';
import { closing } from './closing.ts';
import { Interrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import { nearest } from './nearest.ts';
import { judgedSlugs } from './part.ts';
import { type Finish, type Once, repeated } from './repeat.ts';
import { chooseRunner, type Machine, type RunnerWish } from './runner.ts';
import { SettingsError } from './settings-error.ts';
import { NAME, version } from './version.ts';
import { writeBaseline } from './write-baseline.ts';

/** Options of `run` after parsing. */
export interface JudgeOptions extends Wish, Omit<PartWish, 'level'> {
  readonly target?: string;
  readonly runner: RunnerWish;
  readonly report: string;
  readonly concurrency: number;
  /** Also the scenarios that wait for more than a minute. */
  readonly patient?: boolean;
  readonly baseline?: string;
  /** Where the baseline is written that this run would pass. */
  readonly writeBaseline?: string;
  /** Where the events of the run go while it happens; `-`: standard output. */
  readonly ndjson?: string;
  /** Private key that signs the evidence, and the file that it is packed into. */
  readonly sign?: string;
  readonly pack?: string;
  /** How often the run is made, on one start of the target. */
  readonly repeat?: number;
}

/** A target that answers, and how to put it away again. */
export interface OpenTarget {
  readonly target: Target;
  readonly died: Promise<string>;
  /** Keeps what the target writes, where it can be known. */
  keepLogs?(directory: string): void;
  close(): Promise<void>;
}

/** What `run` needs of the rest of the suite. */
export interface JudgeParts {
  readonly rows: readonly RequirementRow[];
  readonly files: readonly string[];
  /** What the scenarios say of themselves that this run leaves out because it is not --patient. */
  leftOut(): Promise<readonly ScenarioMeta[]>;
  /** The scenarios drive real tools. False for stand-ins. */
  readonly drivers: boolean;
  readonly machine: Machine;
  /** Hears of everything while it happens. */
  readonly events?: EventStream;
  /** Opens the target of a file, or the embedded one. Throws an error whose message is a sentence. */
  open(file: string | undefined): Promise<OpenTarget>;
}

/** How long the live line may show an old second, ms. */
const REFRESH_MS = 250;

/**
 * Judges a target from start to end: checks the settings, runs the scenarios, writes the report, says how it ended.
 * @throws {SettingsError} for whatever the user has to set right, before anything is started.
 */
export async function judge(options: JudgeOptions, parts: JudgeParts, io: Io): Promise<ExitCode> {
  const { rows } = parts;
  const selecting = select(options, rows);
  if (!selecting.ok) {
    const meant = nearestRows(options.requirement, rows);
    throw new SettingsError('bad-selection', `${selecting.problem}; \`${NAME} list\` shows them all.${meant}`);
  }
  const judged = judgedSlugs(options, rows);
  if (options.writeBaseline !== undefined && (options.repeat ?? 1) > 1)
    throw new SettingsError('bad-option', '--write-baseline writes of one run: leave --repeat out.');
  const { pack, ndjson, writeBaseline: renewed } = options;
  notOfTheReport(options.report, { '--pack': pack, '--ndjson': ndjson, '--write-baseline': renewed });
  const interrupt = new Interrupt(io);
  try {
    await knownAreas(selecting.selection, parts.files);
    const baseline = options.baseline === undefined ? [] : await baselineOf(options.baseline);
    const runner = await chooseRunner(options.runner, parts.machine);
    const key = options.sign === undefined ? undefined : await signingKey(options.sign);
    await placesFor(options.report, options.pack, options.repeat);
    const opening = interrupt.signal.aborted ? Promise.resolve(undefined) : parts.open(options.target);
    const open = await opening.catch((error: unknown) => {
      // Ctrl-C ends the target's process too; that it then is not ready is no news.
      if (interrupt.signal.aborted) return undefined;
      throw error;
    });
    if (open === undefined) {
      io.err('stopped before anything was judged\n');
      return EXIT.incomplete;
    }
    interrupt.onSecond(() => void open.close());
    return await judgeOpen(
      {
        ...{ open, runner, baseline, key, signal: interrupt.signal },
        selection: selectWithin(selecting.selection, judged),
        judged,
      },
      options,
      parts,
      io,
    );
  } finally {
    interrupt.end();
  }
}

/** Of slugs that there are not, those that may have been meant. */
function nearestRows(written: string | undefined, rows: readonly RequirementRow[]): string {
  const slugs = rows.map(({ slug }) => slug);
  const meant = (list(written) ?? []).flatMap((one) => (slugs.includes(one) ? [] : (nearest(one, slugs) ?? [])));
  return meant.length > 0 ? ` Was ${meant.join(', ')} meant?` : '';
}

/** A run of which everything is settled. */
interface Settled {
  readonly open: OpenTarget;
  readonly runner: 'docker' | 'local';
  readonly baseline: readonly KnownFailure[];
  readonly key: KeyObject | undefined;
  readonly selection: Selection;
  /** Slugs of the levels, profiles and version that were asked for; undefined: all. */
  readonly judged: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

async function judgeOpen(settled: Settled, options: JudgeOptions, parts: JudgeParts, io: Io): Promise<ExitCode> {
  const once: Once = (place, finish) => judgeOnce(settled, { ...options, report: place }, parts, io, finish);
  try {
    const { repeat = 1 } = options;
    if (repeat > 1) return await repeated(repeat, options.report, once, io);
    const { report, exitCode } = await once(options.report);
    if (options.writeBaseline !== undefined)
      io.err(await writeBaseline(options.writeBaseline, report, settled.baseline));
    return exitCode;
  } finally {
    await settled.open.close();
  }
}

async function judgeOnce(
  settled: Settled,
  options: JudgeOptions,
  parts: JudgeParts,
  io: Io,
  finish: Finish = (report) => ({ report, kept: true }),
): Promise<{ readonly report: Report; readonly exitCode: ExitCode }> {
  const { open, runner, baseline } = settled;
  const { rows } = parts;
  const problems: string[] = [];
  const prepared = await prepareReport(options.report).catch((error: unknown) => {
    problems.push(sentenceOf(error));
    return undefined;
  });
  if (prepared !== undefined) open.keepLogs?.(prepared.evidenceDir);
  const progress = new Progress({ write: io.out, width: io.width, paint: io.paint, now: io.now });
  const about = {
    tool: { name: NAME, version: version() },
    target: withoutSecrets(describeTarget(open.target), open.target),
    settings: settingsOf(options, runner),
  };
  parts.events?.began(about);
  const clock = setInterval(() => progress.refresh(), REFRESH_MS);
  const epoch = Date.now();
  const result = await runScenarios({
    files: parts.files,
    selection: settled.selection,
    concurrency: options.concurrency,
    harness: {
      target: open.target,
      runner,
      environment: surroundings(io.env),
      epoch,
      ...(prepared === undefined ? {} : { evidenceDir: prepared.evidenceDir }),
      requirements: rows.map((row) => row.slug),
      ...(settled.judged === undefined ? {} : { judged: settled.judged }),
    },
    watcher: both(progress, parts.events),
    drivers: parts.drivers,
    signal: settled.signal,
    died: open.died,
  }).finally(() => {
    clearInterval(clock);
    progress.end();
  });

  const leftOut = await parts.leftOut().catch(() => []);
  const input = {
    rows,
    leftOut,
    ...about,
    baseline: baseline.map((one) => ({ ...one, reason: withoutSecrets(one.reason, open.target) })),
    judged: settled.judged,
  };
  const built = buildReport({ ...input, result: { ...result, errors: [...result.errors, ...problems] } });
  const finished = finish(built.report);
  let { report } = finished;
  let place: string | undefined = options.report;
  if (prepared === undefined) place = undefined;
  else {
    try {
      await writeReport(options.report, report, built.timelines);
      await sealRun(options.report, { ...input, ...settled, options, epoch }, result, report);
    } catch (error) {
      place = undefined;
      report = buildReport({ ...input, result: { ...result, errors: [...result.errors, sentenceOf(error)] } }).report;
    }
  }
  parts.events?.ended(report);
  // Of what is taken away in a moment nobody is shown the place.
  io.out(closing(report, finished.kept ? place : undefined, io.paint));
  const unwritten = place === undefined && !report.ending.interrupted;
  return { report, exitCode: unwritten ? EXIT.harnessError : report.ending.exitCode };
}

/** Makes a bundle of what lies in the report's folder. */
async function sealRun(
  directory: string,
  run: Settled & { readonly options: JudgeOptions; readonly epoch: number } & Omit<BuildInput, 'result'>,
  result: RunResult,
  report: Report,
): Promise<void> {
  const { options, open, selection, judged, rows, tool, runner, settings, baseline, leftOut = [], epoch } = run;
  const facts = {
    ...{ tool, runner, settings, baseline, leftOut, selection, epoch, catalogue: catalogueHash(rows) },
    ...{ target: open.target, described: run.target },
    ...{ concurrency: options.concurrency, patient: options.patient === true },
    ...(judged === undefined ? {} : { judged }),
  };
  await sealed(directory, () => sealBundle(directory, facts, result, report, { key: run.key, pack: options.pack }));
}

function settingsOf(options: JudgeOptions, runner: 'docker' | 'local'): Report['settings'] {
  const { filter, area, requirement, level, profile, catalogue, baseline, concurrency } = options;
  const narrowed = Object.entries({ filter, area, requirement, level, profile, catalogue }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    runner,
    concurrency,
    ...(narrowed.length === 0 ? {} : { selection: Object.fromEntries(narrowed) }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

function sentenceOf(error: unknown): string {
  if (error instanceof ReportError) return error.message;
  return `the report cannot be made: ${error instanceof Error ? error.message : String(error)}`;
}
