import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SettingsError } from '@mediaservice/conformance/kit';
import { reportPage } from './html/run.ts';
import type { LoadReport } from './model.ts';

/** What a run leaves in the folder of its report. */
const files = ['report.json', 'report.html', 'k6-summary.json', 'k6-summary.txt'];

/**
 * Makes the folder ready, and removes what an earlier run left in it: a summary that is older than the report beside it misleads.
 * @throws {SettingsError} when it cannot be written, before anything is started.
 */
export async function prepareReport(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    for (const name of files) await rm(join(directory, name), { force: true });
    await writeWhole(join(directory, '.writable'), '');
    await rm(join(directory, '.writable'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SettingsError('cannot-write', `The report cannot be written to ${resolve(directory)}: ${why}.`, {
      cause,
    });
  }
}

/** Every file appears whole or not at all; report.json comes last, so one that is there has everything beside it. */
export async function writeReport(directory: string, report: LoadReport): Promise<void> {
  try {
    await writePage(directory, reportPage(report));
  } finally {
    // What was measured is kept, whatever became of the page.
    await writeWhole(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  }
}

/** report.html, of whatever kind. */
export const writePage = (directory: string, page: string): Promise<void> =>
  writeWhole(join(directory, 'report.html'), page);

/** Another file of results, whole or not at all. */
export const writeJson = (directory: string, name: string, content: unknown): Promise<void> =>
  writeWhole(join(directory, name), `${JSON.stringify(content, null, 2)}\n`);

async function writeWhole(path: string, content: string): Promise<void> {
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}
