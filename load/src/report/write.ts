import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SettingsError } from '@mediaservice/conformance/kit';
import { reportPage } from './html/run.ts';
import type { LoadReport } from './model.ts';

/** What a run leaves in the folder of its report. */
const files = ['report.json', 'report.html', 'k6-summary.json', 'k6-summary.txt'];

/**
 * Makes the folder ready. What an earlier run left in it stays.
 * @throws {SettingsError} when it cannot be written, before anything is started.
 */
export async function prepareReport(directory: string): Promise<void> {
  try {
    await makeFolder(resolve(directory));
    await writeWhole(join(directory, '.writable'), '');
    await rm(join(directory, '.writable'));
  } catch (cause) {
    throw new SettingsError('cannot-write', unwritten(directory, cause), { cause });
  }
}

/**
 * Removes what an earlier run left in the folder: a summary that is older than the report beside it misleads. Only when a run
 * begins: one that is refused leaves nothing in its place.
 * @param more other names, also of folders.
 * @throws {SettingsError}
 */
export async function clearReport(directory: string, more: readonly string[] = []): Promise<void> {
  try {
    for (const name of [...files, ...more]) await rm(join(directory, name), { recursive: true, force: true });
  } catch (cause) {
    throw new SettingsError('cannot-write', unwritten(directory, cause), { cause });
  }
}

/** A report that could not be written when the run was over: the disk is full, the folder is gone. */
export class UnwrittenError extends Error {
  override readonly name = 'UnwrittenError';
}

/**
 * Every file appears whole or not at all; report.json comes last, so one that is there has everything beside it.
 * @throws {UnwrittenError} with a sentence.
 */
export async function writeReport(directory: string, report: LoadReport): Promise<void> {
  try {
    try {
      await writePage(directory, reportPage(report));
    } finally {
      // What was measured is kept, whatever became of the page.
      await writeJson(directory, 'report.json', report);
    }
  } catch (cause) {
    throw new UnwrittenError(unwritten(directory, cause), { cause });
  }
}

/** The sentence for a folder that cannot be written. */
export const unwritten = (directory: string, cause: unknown): string =>
  `The report cannot be written to ${resolve(directory)}: ${cause instanceof Error ? cause.message : String(cause)}.`;

/** report.html, of whatever kind. */
export const writePage = (directory: string, page: string): Promise<void> =>
  writeWhole(join(directory, 'report.html'), page);

/** Another file of results, whole or not at all. */
export const writeJson = (directory: string, name: string, content: unknown): Promise<void> =>
  writeWhole(join(directory, name), `${JSON.stringify(content, null, 2)}\n`);

async function writeWhole(path: string, content: string): Promise<void> {
  try {
    await writeFile(`${path}.part`, content);
    await rename(`${path}.part`, path);
  } catch (error) {
    // On a full disk the next file wants the room of what there is of this one.
    await rm(`${path}.part`, { force: true });
    throw error;
  }
}

/** mkdir's own `recursive` never comes back where a parent is there and says that it is not, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await isFolder(path))) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || (await isFolder(parent))) throw error;
    await makeFolder(parent);
    await mkdir(path);
  }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;
