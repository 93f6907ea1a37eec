/** What can be found wrong with a run's settings before anything is started. Each throws a SettingsError then. */
import type { KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { readKey } from '../evidence/bundle/keys.ts';
import { LIST, MANIFEST, SIGNATURE } from '../evidence/bundle/manifest.ts';
import { EVIDENCE, REPORT_FILES } from '../report/names.ts';
import { foreign, isForeign, writable } from '../report/write.ts';
import { collectScenarios } from '../run/run.ts';
import type { Selection } from '../run/selection.ts';
import { type KnownFailure, readBaseline } from '../verdict/baseline.ts';
import { why } from '../why.ts';
import { nearest } from './nearest.ts';
import { takenBy } from './repeat.ts';
import { SettingsError } from './settings-error.ts';

/** An area that no test has is a slip of the pen; it is told before anything is started. */
export async function knownAreas({ areas }: Selection, files: readonly string[]): Promise<void> {
  if (areas === undefined) return;
  const known = new Set((await collectScenarios(files)).map(({ area }) => area));
  const unknown = areas.filter((area) => !known.has(area));
  if (unknown.length > 0) {
    const there = [...known].toSorted();
    const meant = unknown.flatMap((area) => nearest(area, there) ?? []);
    const hint = meant.length > 0 ? ` Was ${meant.join(', ')} meant?` : '';
    throw new SettingsError(
      'bad-selection',
      `No test is of the area ${unknown.join(', ')}; the areas are ${there.join(', ')}.${hint}`,
    );
  }
}

/** The known failures of a baseline: of one file, whose name may have commas, or of several with commas between. */
export async function baselineOf(paths: string): Promise<readonly KnownFailure[]> {
  const one = await stat(paths).then(
    (there) => !there.isDirectory(),
    () => false,
  );
  if (one) return baselineOfFile(paths);
  return (await Promise.all(paths.split(',').map(baselineOfFile))).flat();
}

async function baselineOfFile(path: string): Promise<readonly KnownFailure[]> {
  let content: unknown;
  try {
    content = parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (missing) throw new SettingsError('bad-baseline', `There is no baseline ${path}.`, { cause });
    throw new SettingsError('bad-baseline', `${path} cannot be read as a baseline: ${why(cause)}.`, { cause });
  }
  const reading = readBaseline(content);
  if (!reading.ok) throw new SettingsError('bad-baseline', `${path} is no baseline: ${reading.problem}.`);
  return reading.failures;
}

/** The private key of the file that signs the evidence. */
export async function signingKey(path: string): Promise<KeyObject> {
  try {
    return await readKey(path, 'private');
  } catch (cause) {
    throw new SettingsError('bad-key', `${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

/** What a run writes itself, and seals, takes nothing else: the bundle would not be what was sealed. */
export function notOfTheReport(report: string, places: Readonly<Record<string, string | undefined>>): void {
  const own = new Set([...REPORT_FILES, MANIFEST, LIST, SIGNATURE].map((name) => resolve(report, name)));
  for (const [option, place] of Object.entries(places)) {
    if (place === undefined) continue;
    const full = resolve(place);
    if (own.has(full) || `${full}/`.startsWith(`${join(resolve(report), EVIDENCE)}/`))
      throw new SettingsError(
        'bad-option',
        `${option} ${place} is where the run writes its report and its evidence; name another file.`,
      );
  }
}

/** What cannot be written where it was asked for is told before the run, not after it. */
export async function placesFor(report: string, pack: string | undefined, times = 1): Promise<void> {
  if (await isForeign(report)) throw new SettingsError('bad-report', `${report} cannot take a report: ${foreign}.`);
  await writable(report).catch((cause: unknown) => {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new SettingsError('bad-report', `${words}; name another folder with --report.`, { cause });
  });
  const taken = await takenBy(times, report);
  if (taken !== undefined)
    throw new SettingsError(
      'bad-report',
      `${taken} cannot take a repetition: it has files that no run has written, and would be taken away; name another folder with --report.`,
    );
  if (pack === undefined) return;
  const folder = dirname(resolve(pack));
  const problem = await access(folder, constants.W_OK).then(
    () =>
      stat(pack).then(
        (there) => (there.isDirectory() ? 'it is a folder' : undefined),
        () => undefined,
      ),
    () => `${folder} is not there, or cannot be written`,
  );
  // The report's own folder is made by the run.
  if (problem !== undefined && !`${folder}/`.startsWith(`${resolve(report)}/`))
    throw new SettingsError('bad-option', `--pack ${pack} cannot be written: ${problem}.`);
}
