import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { LIST, MANIFEST, SIGNATURE } from '../evidence/bundle/manifest.ts';
import { why } from '../why.ts';
import { derivedFiles } from './derived.ts';
import { evidenceFiles } from './evidence.ts';
import type { Report, Timelines } from './model.ts';

/** The report could not be written; the message is one sentence for the terminal. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/**
 * Makes the report's directory ready and removes what an earlier run left in it: evidence that is older than the report
 * beside it misleads. Nothing else in the directory is touched.
 * @throws {ReportError} when the directory cannot be made or written, or `evidence` in it is somebody else's.
 */
export async function prepareReport(directory: string): Promise<{ readonly evidenceDir: string }> {
  const evidenceDir = join(resolve(directory), 'evidence');
  await sealed(directory, async () => {
    if (await isForeign(directory)) throw new Error(foreign);
    await rm(evidenceDir, { recursive: true, force: true });
    for (const name of [MANIFEST, LIST, SIGNATURE]) await rm(join(resolve(directory), name), { force: true });
    await makeFolder(evidenceDir);
    await writeFile(
      join(evidenceDir, MARK),
      'Written by mediaservice-conformance; the next run takes this folder away.\n',
    );
  });
  return { evidenceDir };
}

/** Whether a report can be written there. @throws {ReportError} when it cannot, with the cause. */
export async function writable(directory: string): Promise<void> {
  await sealed(directory, async () => {
    await makeFolder(resolve(directory));
    await access(directory, constants.W_OK);
  });
}

/** With those above it. mkdir of Node tries for ever where a folder is there and takes none, such as /proc. */
async function makeFolder(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await mkdir(path).catch(async (cause: unknown) => {
    // Somebody else was faster.
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw cause;
  });
}

/** Tells a folder of ours from the start, for a run can end before there is anything else of ours in it. */
const MARK = '.mediaservice-conformance';

export const foreign =
  'its folder `evidence` has files that no run has written, and would be taken away; name another folder with --report';

/** Whether there is a folder `evidence` with files that no run of ours has put there. */
export async function isForeign(directory: string): Promise<boolean> {
  const evidenceDir = join(resolve(directory), 'evidence');
  const there = await lstat(evidenceDir).catch(() => undefined);
  if (there === undefined) return false;
  if (!there.isDirectory()) return true;
  const names: readonly string[] = await readdir(evidenceDir).catch(() => []);
  return names.length > 0 && !(await isOurs(directory));
}

/** Whether a run of ours has written its report to this folder, or begun to. */
export async function isOurs(directory: string): Promise<boolean> {
  const marked = await lstat(join(resolve(directory), 'evidence', MARK)).catch(() => undefined);
  if (marked !== undefined) return true;
  // Reports of before there was a mark: their manifest lists what is in the folder.
  const list = await readFile(join(resolve(directory), LIST), 'utf8').catch(() => '');
  return list.includes('  evidence/run.json\n');
}

/**
 * Writes report.json, junit.xml, ctrf.json, report.tap, summary.md, badge.svg, badge.json, report.html and the evidence of each test. Every file appears whole or not at all;
 * report.json comes last, so a report.json that is there has everything beside it.
 * @throws {ReportError} when something cannot be written, naming the file and the cause.
 */
export async function writeReport(directory: string, report: Report, timelines: Timelines): Promise<void> {
  const root = resolve(directory);
  await sealed(directory, async () => {
    await mkdir(root, { recursive: true });
    for (const test of report.tests) {
      const timeline = timelines.get(test.id);
      if (test.evidence === undefined || timeline === undefined) continue;
      const folder = inside(root, test.evidence);
      await mkdir(folder, { recursive: true });
      for (const file of evidenceFiles(timeline, test.startedAt))
        await writeWhole(join(folder, file.name), file.content);
    }
    for (const { name, content } of derivedFiles(report, timelines)) await writeWhole(join(root, name), content);
    await writeWhole(join(root, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  });
}

/** A path below `root`; an id with dot-dot in it must not lead out. */
function inside(root: string, path: string): string {
  const full = resolve(root, path);
  const way = relative(root, full);
  if (way.startsWith('..') || way === '') throw new Error(`${path} leads out of the report`);
  return full;
}

/** Writes aside and renames, so that nobody ever reads half a file. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const aside = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(aside, content, { flag: 'wx' });
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true });
    throw cause;
  }
}

/** Does something in the report's folder. @throws {ReportError} with a sentence for whatever goes wrong, where it has none yet. */
export async function sealed(directory: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof ReportError) throw cause;
    throw new ReportError(`the report cannot be written to ${directory}: ${why(cause)}`, { cause });
  }
}
