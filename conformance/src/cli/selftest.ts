import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { loadRows } from '../catalogue/load.ts';
import type { RequirementRow } from '../catalogue/row.ts';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { cut } from '../run/progress.ts';
import { list } from '../run/selection.ts';
import { derivedFile, readDerived } from '../selftest/derive.ts';
import { gaps } from '../selftest/gaps.ts';
import { exempt } from '../selftest/mutants/exempt.ts';
import { mutantsById } from '../selftest/mutants/index.ts';
import type { Found, MutantResult, ScenarioTry } from '../selftest/orders.ts';
import { buildSelftestReport } from '../selftest/report/build.ts';
import { variantReport, writeVariantReport } from '../selftest/report/variant.ts';
import { writeSelftestReport } from '../selftest/report/write.ts';
import { runSelftest, type SelftestWatcher } from '../selftest/run.ts';
import { variants } from '../selftest/variants.ts';
import { EXIT, type ExitCode } from '../verdict/exit-code.ts';
import type { Io } from './io.ts';
import { nearest } from './nearest.ts';
import { chooseRunner, type Machine, RUNNERS, type RunnerWish } from './runner.ts';
import { SettingsError } from './settings-error.ts';
import { NAME, version } from './version.ts';
import { MOST, wholeNumber } from './whole-number.ts';
import { WordsOption } from './words-option.ts';

/** Options of `selftest` after parsing. */
export interface SelftestOptions {
  readonly area?: string;
  readonly mutant?: string;
  readonly requirement?: string;
  readonly gaps?: boolean;
  readonly derive?: boolean;
  readonly variant?: string;
  readonly runner: RunnerWish;
  readonly report: string;
  readonly stacks: number;
}

export interface SelftestParts {
  readonly rows: readonly RequirementRow[];
  readonly machine: Machine;
  /** Areas of the scenarios that a variant runs; they are not quite those of the catalogue. */
  readonly scenarioAreas: () => Promise<readonly string[]>;
  /** What runs them; a stand-in in tests. */
  readonly run?: typeof runSelftest;
}

/** Runs the suite against mutants of the reference server, or against a variant of it. */
export async function selftest(options: SelftestOptions, parts: SelftestParts, io: Io): Promise<ExitCode> {
  const { rows, machine, run = runSelftest } = parts;
  const areas = list(options.area);
  if (options.variant !== undefined && variants[options.variant] === undefined)
    throw new SettingsError(
      'bad-selection',
      `There is no variant ${options.variant}; there are ${Object.keys(variants).join(', ')}.`,
    );
  if (areas !== undefined) await knownAreas(areas, options.variant !== undefined, parts);
  const slugs = list(options.requirement);
  const texts = list(options.mutant);
  if (options.variant !== undefined && (slugs !== undefined || texts !== undefined))
    throw new SettingsError('bad-option', 'A variant has no mutants: leave --mutant and --requirement out.');
  knownRequirements(slugs ?? [], rows);
  knownMutants(texts ?? []);
  const ofArea = (id: string): boolean => areas === undefined || areas.includes(id.split('/')[0] ?? '');
  const mutants = [...mutantsById().values()].filter(
    ({ id, requirements }) =>
      (texts?.some((text) => id.includes(text)) ?? true) &&
      (ofArea(id) || requirements.some((slug) => areas?.includes(rows.find((row) => row.slug === slug)?.area ?? ''))) &&
      (slugs === undefined || requirements.some((slug) => slugs.includes(slug))),
  );
  const { missing, faults } = gaps(rows, [...mutantsById().values()], exempt);
  const lacking = missing.filter(
    ({ area, slug }) => (areas?.includes(area) ?? true) && (slugs?.includes(slug) ?? true),
  );
  if (options.gaps === true) {
    for (const { slug, text } of lacking) io.out(`${slug}  ${io.paint('dim', text)}\n`);
    for (const fault of faults) io.out(`${io.paint('bad', fault)}\n`);
    io.out(`${lacking.length} MUST rows without a mutant; ${mutants.length} mutants\n`);
    return lacking.length + faults.length === 0 ? EXIT.conformant : EXIT.incomplete;
  }
  if (options.derive === true && lacking.length === 0) return EXIT.conformant;
  if (mutants.length === 0 && options.derive !== true && options.variant === undefined)
    throw new SettingsError('bad-selection', 'No mutant fits; `selftest --gaps` tells which rows have none.');
  const runner = await chooseRunner(options.runner, machine);
  const control = new AbortController();
  const off = io.onInterrupt(() => {
    if (control.signal.aborted) return io.exit(EXIT.incomplete);
    io.err('\nstopping; once more ends at once\n');
    control.abort();
  });
  const watcher = new Line(io);
  try {
    const result = await run({
      work: options.derive
        ? { kind: 'search', slugs: lacking.map(({ slug }) => slug) }
        : options.variant === undefined
          ? { kind: 'mutants', ids: mutants.map(({ id }) => id) }
          : { kind: 'variant', name: options.variant, ...(areas && { areas }) },
      stacks: options.stacks,
      harness: { runner, environment: surroundings(io.env) },
      environment: surroundings(io.env),
      ...{ watcher, signal: control.signal },
    });
    watcher.end();
    for (const error of result.errors) io.out(`${io.paint('bad', '✗')} ${error}\n`);
    if (options.derive) return EXIT.conformant;
    const failed = result.unmutated.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'warning');
    if (options.variant !== undefined) {
      const counts = variantReport(options.variant, result);
      await writeVariantReport(options.report, counts);
      io.out(`variant ${options.variant}: ${counts.passed} passed, ${counts.failed} failed\n`);
      if (result.interrupted) {
        io.err(`stopped: ${result.unmutated.length} of ${watcher.announced} scenarios were run\n`);
        return EXIT.incomplete;
      }
      if (result.unmutated.length + result.errors.length === 0) {
        io.err('No scenario was run.\n');
        return EXIT.incomplete;
      }
      return counts.failed + result.errors.length === 0 ? EXIT.conformant : EXIT.notConformant;
    }
    for (const { slug } of lacking) io.out(`${io.paint('bad', '✗')} ${slug} has no mutant\n`);
    const report = buildSelftestReport({
      ...{ rows, exempt, faults, result },
      mutants: [...mutantsById().values()],
      chosen: new Set(mutants.map(({ id }) => id)),
      tool: { name: NAME, version: version() },
    });
    await writeSelftestReport(options.report, report);
    const { killed, proven, demanded } = report.summary;
    io.out(`${proven} of ${demanded} requirements are proven to be noticed; report: ${options.report}/report.html\n`);
    io.out(`selftest: killed ${killed} of ${mutants.length}\n`);
    if (result.interrupted) {
      io.err(`stopped: ${result.mutants.length} of ${mutants.length} mutants were tried\n`);
      return EXIT.incomplete;
    }
    const whole =
      killed === mutants.length && lacking.length + faults.length + failed.length + result.errors.length === 0;
    return whole ? EXIT.conformant : EXIT.notConformant;
  } finally {
    off();
  }
}

/** An area that nothing is of is a slip of the pen, as it is to `run`. @throws {SettingsError} naming those that there are. */
async function knownAreas(
  areas: readonly string[],
  ofScenarios: boolean,
  { rows, scenarioAreas }: SelftestParts,
): Promise<void> {
  const there = new Set(ofScenarios ? await scenarioAreas() : mutantAreas(rows));
  const unknown = areas.filter((area) => !there.has(area));
  if (unknown.length === 0) return;
  const what = ofScenarios ? 'test' : 'requirement or mutant';
  throw new SettingsError(
    'bad-selection',
    `No ${what} is of the area ${unknown.join(', ')}; the areas are ${[...there].toSorted().join(', ')}.`,
  );
}

function knownRequirements(slugs: readonly string[], rows: readonly RequirementRow[]): void {
  const there = rows.map(({ slug }) => slug);
  const unknown = slugs.filter((slug) => !there.includes(slug));
  if (unknown.length === 0) return;
  const meant = unknown.flatMap((slug) => nearest(slug, there) ?? []);
  const hint = meant.length > 0 ? ` Was ${meant.join(', ')} meant?` : '';
  throw new SettingsError('bad-selection', `There is no requirement ${unknown.join(', ')}.${hint}`);
}

function knownMutants(texts: readonly string[]): void {
  const there = [...mutantsById().keys()];
  const unknown = texts.filter((text) => !there.some((id) => id.includes(text)));
  if (unknown.length > 0) throw new SettingsError('bad-selection', `No mutant has ${unknown.join(' or ')} in its id.`);
}

/** Areas of requirements, and those that mutants alone have. */
function mutantAreas(rows: readonly RequirementRow[]): readonly string[] {
  const ofMutants = [...mutantsById().keys()].map((id) => id.split('/')[0] ?? '');
  return [...new Set([...rows.map(({ area }) => area), ...ofMutants])];
}

/** One line a mutant where there is no terminal, else a live line with what is not well above it. */
class Line implements SelftestWatcher {
  readonly #io: Io;
  readonly #began: number;
  #total = { unmutated: 0, mutants: 0 };
  #done = { unmutated: 0, killed: 0, others: 0 };

  constructor(io: Io) {
    this.#io = io;
    this.#began = io.now();
  }

  /** How many scenarios were to run without mutation. */
  get announced(): number {
    return this.#total.unmutated;
  }

  total(unmutated: number, mutants: number): void {
    this.#total = { unmutated, mutants };
    if (this.#io.width() === undefined)
      this.#io.out(`${unmutated} scenarios without mutation first, then ${mutants} mutants\n`);
  }

  started(): void {
    this.#draw();
  }

  unmutated({ scenario, verdict, reasons, story = [] }: ScenarioTry): void {
    this.#done.unmutated += 1;
    if (verdict !== 'pass' && verdict !== 'warning') {
      this.#lasting(
        `${this.#io.paint('bad', '✗')} ${scenario} without mutation: ${verdict}: ${reasons[0]?.text ?? ''}`,
      );
      if (this.#io.env.DEBUG !== undefined) for (const line of story) this.#lasting(`    ${line}`);
    }
    this.#draw();
  }

  mutant(result: MutantResult): void {
    const { id, state, ms, kills, tries } = result;
    this.#done[state === 'killed' ? 'killed' : 'others'] += 1;
    const seconds = this.#io.paint('dim', `${(ms / 1000).toFixed(1)} s`);
    if (state === 'killed') {
      const [by] = kills;
      if (this.#io.width() === undefined)
        this.#lasting(`${this.#io.paint('good', '✓')} ${id} ${seconds} by ${by?.scenario} (${by?.how})`);
    } else {
      const open = kills.filter(({ scenario }) => scenario === undefined).map(({ slug }) => slug);
      this.#lasting(`${this.#io.paint('bad', '✗')} ${id} ${seconds} ${state}: ${open.join(', ')}`);
      for (const one of tries) {
        const why = one.reasons.map(({ blamed, text }) => `${text} [${blamed.join(' ')}]`).join('; ');
        this.#lasting(`    ${one.scenario}: ${one.verdict}, ${one.applied} rewritten (${one.first})  ${cut(why, 400)}`);
        if (this.#io.env.DEBUG !== undefined) for (const line of one.story ?? []) this.#lasting(`      ${line}`);
      }
    }
    this.#draw();
  }

  found(found: Found): void {
    const { slug, recipe = 'nothing', scenario = '', how = '', tries } = found;
    this.#lasting(`${slug}: ${recipe} ${scenario} ${how} (${tries} tries)`);
    keepDerived([found]);
  }

  end(): void {
    if (this.#io.width() !== undefined) this.#io.out(ERASE);
  }

  #lasting(text: string): void {
    this.#io.out(`${this.#io.width() === undefined ? '' : ERASE}${text}\n`);
  }

  #draw(): void {
    const width = this.#io.width();
    if (width === undefined) return;
    const { unmutated, killed, others } = this.#done;
    const counts = [
      `${unmutated}/${this.#total.unmutated} without mutation`,
      `${killed + others}/${this.#total.mutants} mutants`,
      `${killed} killed`,
      ...(others > 0 ? [`${others} not`] : []),
      `${Math.floor((this.#io.now() - this.#began) / 1000)} s`,
    ];
    this.#io.out(`${ERASE}${this.#io.paint('dim', cut(counts.join(' · '), width - 1))}`);
  }
}

/** Adds what a search found to the table. */
function keepDerived(finds: readonly Found[]): void {
  const more = finds.flatMap(({ slug, recipe, scenario }) =>
    recipe === undefined || scenario === undefined ? [] : [[slug, { recipe, scenario }] as const],
  );
  const table = Object.entries({ ...readDerived(), ...Object.fromEntries(more) }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  writeFileSync(derivedFile, `${JSON.stringify(Object.fromEntries(table), null, 2)}\n`);
}

const ERASE = '\r\x1b[2K';

/** Adds the command to the program. */
export function addSelftest(
  root: Command,
  run: (options: SelftestOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('selftest')
    .description('run the suite against mutants of the reference server: each must be noticed')
    .addOption(
      new WordsOption('--area <names>', 'only mutants of these areas (commas between)', () => mutantAreas(loadRows())),
    )
    .option('--mutant <texts>', 'only mutants with one of these texts in their id (commas between)')
    .option('--requirement <slugs>', 'only mutants that these requirements must notice')
    .option(
      '--derive',
      'look for mutants of the requirements that have none, and keep them (for the source tree)',
      false,
    )
    .option('--gaps', 'show the requirements that have no mutant, and run nothing', false)
    .addOption(
      new WordsOption(
        '--variant <name>',
        `run the suite against a server that is right in another way: ${Object.keys(variants).join(', ')}`,
        () => Object.keys(variants),
        false,
      ),
    )
    .addOption(new Option('--runner <kind>', 'where SIPp runs').choices(RUNNERS).default('auto'))
    .option('--report <dir>', 'where the report goes', 'reports/selftest')
    .option(
      '--stacks <n>',
      `how many servers run side by side, at most ${MOST}, two for each CPU by default`,
      wholeNumber,
      Math.min(MOST, 2 * availableParallelism()),
    )
    .action(async (options: SelftestOptions) => done(await run(options)));
}
