import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import type { RequirementRow } from '../catalogue/row.ts';
import { Damaged } from '../evidence/bundle/damaged.ts';
import { catalogueHash, FACTS, type RunFacts, readFacts, scenariosHash } from '../evidence/bundle/facts.ts';
import { readKey } from '../evidence/bundle/keys.ts';
import {
  aboutOf,
  broken,
  MANIFEST,
  type Manifest,
  readManifest,
  SIGNATURE,
  speaksOf,
} from '../evidence/bundle/manifest.ts';
import { opened } from '../evidence/bundle/pack.ts';
import { rejudge } from '../evidence/bundle/rejudge.ts';
import { judgedLine } from '../evidence/bundle/sentence.ts';
import type { ScenarioMeta } from '../harness/types.ts';
import type { Report } from '../report/model.ts';
import { selectWithin } from '../run/part.ts';
import { Progress } from '../run/progress.ts';
import { collectScenarios } from '../run/run.ts';
import { select } from '../run/selection.ts';
import { EXIT, type ExitCode } from '../verdict/exit-code.ts';
import { why } from '../why.ts';
import type { Io } from './io.ts';
import { judgedSlugs } from './part.ts';
import { SettingsError } from './settings-error.ts';
import { NAME, version } from './version.ts';

/** Options of `judge` after parsing. */
export interface RejudgeOptions {
  readonly bundle: string;
  /** File with the public key that the bundle must be signed with. */
  readonly key?: string;
}

export interface RejudgeCommandParts {
  readonly rows: readonly RequirementRow[];
  files(patient: boolean): readonly string[];
}

/**
 * Judges a bundle: that it is as it was sealed, and that its evidence leads to the verdicts that it states.
 * @returns 0: both; 1: not; 3: as far as it could be judged again.
 * @throws {SettingsError} for what is no bundle, or one of another version of the suite.
 */
export async function rejudgeBundle(options: RejudgeOptions, parts: RejudgeCommandParts, io: Io): Promise<ExitCode> {
  const key = options.key === undefined ? undefined : await orSettings(readKey(options.key, 'public'), '');
  const damaged = ({ message }: Damaged) => notAsSealed(`${options.bundle} is damaged or changed: ${message}`, io);
  const bundle = await orSettings(orDamaged(opened(options.bundle)), `${options.bundle} cannot be opened: `);
  if (bundle instanceof Damaged) return damaged(bundle);
  const control = new AbortController();
  const off = io.onInterrupt(() => control.abort());
  try {
    const { directory } = bundle;
    const manifest = await orSettings(
      orDamaged(readManifest(directory)),
      `${options.bundle} is no bundle: `,
      `it has no ${MANIFEST}`,
    );
    if (manifest instanceof Damaged) return damaged(manifest);
    const why = (await broken(directory, key)) ?? (await misstated(directory, manifest));
    if (why !== undefined) return notAsSealed(why, io);
    const signed = await readFile(join(directory, SIGNATURE)).then(
      () => true,
      () => false,
    );
    io.out(
      `${manifest.files} files are as ${MANIFEST} says; root ${manifest.root}\n${
        key !== undefined
          ? 'signed with this key\n'
          : signed
            ? 'signed; with --key it is told by whom\n'
            : 'not signed: anybody could have sealed it\n'
      }`,
    );
    const facts = await orSettings(
      readFacts(directory),
      `${options.bundle} cannot be judged again: `,
      `it has no ${FACTS}`,
    );
    sameSuite(facts, parts.rows);
    if (facts.scenarios !== scenariosHash())
      io.out(
        `${io.paint('warn', 'The tests of this suite are not those of the run: what differs may be their doing.')}\n`,
      );
    const leftOut = facts.patient ? [] : await patientOnly(parts).catch(() => []);
    const progress = new Progress({ write: io.out, width: io.width, paint: io.paint, now: io.now });
    const judged = await rejudge(directory, facts, {
      rows: parts.rows,
      files: parts.files(facts.patient),
      leftOut,
      watcher: { ...quiet, collected: (scenarios) => progress.collected(scenarios) },
      signal: control.signal,
    }).finally(() => progress.end());
    if (control.signal.aborted) {
      io.err('stopped before everything was judged again\n');
      return EXIT.incomplete;
    }
    const differences = [...otherPart(facts, parts.rows), ...judged.differences];
    for (const one of differences) io.out(`${io.paint('bad', '≠')} ${one}\n`);
    for (const { id, why: text } of judged.unjudged) io.out(`${io.paint('warn', '?')} ${id}: not re-judged: ${text}\n`);
    if (judged.repeated)
      io.out('The run was repeated: this is the last one; the others are bundles of their own where they are kept.\n');
    io.out(`${judgedLine({ ...judged, differences })}\n`);
    if (differences.length > 0) return EXIT.notConformant;
    return judged.unjudged.length > 0 ? EXIT.incomplete : EXIT.conformant;
  } finally {
    off();
    await bundle.close();
  }
}

function notAsSealed(why: string, io: Io): ExitCode {
  io.out(`${io.paint('bad', `${why}.`)}\nThe bundle is not what was sealed; nothing in it was judged.\n`);
  return EXIT.notConformant;
}

/** Who does not sign, or whose key nobody has, could still be spoken of wrongly. */
async function misstated(directory: string, manifest: Manifest): Promise<string | undefined> {
  const facts = await readFacts(directory).catch(() => undefined);
  const text = await readFile(join(directory, 'report.json'), 'utf8').catch(() => undefined);
  // Without them there is nothing to judge, and that is told where they are needed.
  if (facts === undefined || text === undefined) return undefined;
  const about = aboutOf(JSON.parse(text) as Report, facts.catalogue);
  return speaksOf(manifest, about) ? undefined : `${MANIFEST} does not say of the run what report.json says`;
}

const quiet = { started: () => {}, told: () => {}, finished: () => {} };

/** Other scenarios or other requirements would lead to other verdicts, which says nothing of the evidence. */
function sameSuite(facts: RunFacts, rows: readonly RequirementRow[]): void {
  if (facts.tool.version !== version() || facts.catalogue !== catalogueHash(rows))
    throw new SettingsError(
      'other-suite',
      `The bundle was made by ${facts.tool.name} ${facts.tool.version} with requirements ${facts.catalogue.slice(0, 12)} (${FACTS}); this is ${version()} with ${catalogueHash(rows).slice(0, 12)}. Judge it with the suite that made it.`,
    );
}

/** A part of the tests is no whole run: what was asked for must lead to what was run. */
function otherPart(facts: RunFacts, rows: readonly RequirementRow[]): string[] {
  const wish = facts.settings.selection ?? {};
  const selecting = select(wish, rows);
  const judged = judgedSlugs(wish, rows);
  const asked = selecting.ok ? selectWithin(selecting.selection, judged) : undefined;
  if (isDeepStrictEqual([asked, judged], [facts.selection, facts.judged])) return [];
  return ['settings.selection: the report does not say which part of the tests was run'];
}

/** What only a patient run takes in. */
async function patientOnly({ files }: RejudgeCommandParts): Promise<readonly ScenarioMeta[]> {
  const others = new Set(files(false));
  const waiting = files(true).filter((file) => !others.has(file));
  return waiting.length === 0 ? [] : await collectScenarios(waiting);
}

function orDamaged<T>(work: Promise<T>): Promise<T | Damaged> {
  return work.catch((error: unknown) => {
    if (error instanceof Damaged) return error;
    throw error;
  });
}

async function orSettings<T>(work: Promise<T>, before: string, missing?: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new SettingsError('bad-bundle', `${before}${why(cause, missing)}.`, { cause });
  }
}

export function addRejudge(
  root: Command,
  command: (options: RejudgeOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('judge')
    .description('check the bundle of a run, and find its verdicts again from its evidence alone')
    .argument('<bundle>', 'report folder of a run, or what `run --pack` made of it')
    .option('--key <file>', 'public key (Ed25519, PEM) that the bundle must be signed with')
    .addHelpText(
      'after',
      `\nCheck what somebody has handed in:\n  $ ${NAME} judge vendor.tar.gz --key vendor.pem\n\nExit codes: 0 the verdicts are those of the evidence, 1 they are not, or a file is damaged or has changed, 3 not all could be judged again.\n`,
    )
    .action(async (bundle: string, options: { key?: string }) => done(await command({ bundle, ...options })));
}
