import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip } from 'node:zlib';
import { type Io, SettingsError } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { merge as mergeReports, type Source } from '../merge/merge.ts';
import { reportOfPoints } from '../merge/points.ts';
import type { ExitCode, LoadReport } from '../report/model.ts';
import { readJson } from '../report/read.ts';
import { clearReport, prepareReport, writeReport } from '../report/write.ts';
import { RUN, type RunFile } from './archive.ts';
import { closing } from './closing.ts';
import { readWindows } from './merge.ts';
import { example } from './program.ts';

export interface ReadOptions {
  readonly run: string;
  readonly application?: string;
  readonly report: string;
}

/** Registers `read`. */
export function addRead(
  root: Command,
  run: (files: readonly string[], options: ReadOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('read')
    .description('make a report of what k6 wrote (--out json=FILE) where `run` did not start it')
    .argument('<files...>', 'one of each generator; may end in .gz')
    .requiredOption('--run <file>', `the ${RUN} that \`archive\` wrote`)
    .option('--application <dir>', 'where `application` left what it saw')
    .option('--report <dir>', 'where the report goes', 'reports/merged')
    .addHelpText(
      'after',
      example(
        'What the pods of the k6-operator wrote',
        'read points/*.json --run build/run.json --application reports/application',
      ),
    )
    .action(async (files: readonly string[], options: ReadOptions) => done(await run(files, options)));
}

/** @throws {SettingsError} when something cannot be read. */
export async function read(files: readonly string[], options: ReadOptions, io: Io): Promise<ExitCode> {
  const of = (await readJson(options.run, RUN)) as RunFile;
  const windows = options.application === undefined ? undefined : await readWindows(options.application);
  const sources: Source[] = [];
  for (const [index, path] of files.entries()) {
    const report = await reportOfPoints(linesOf(path), { ...of, faults: await faultsOf(path) });
    if (report === undefined) throw new SettingsError('bad-report', `${path} holds no value that k6 wrote.`);
    const folder = join(options.report, `generator-${index + 1}`);
    await prepareReport(folder);
    await clearReport(folder);
    await writeReport(folder, report);
    sources.push({ path, report });
  }
  const [only] = sources;
  const report: LoadReport =
    only !== undefined && sources.length === 1 && windows === undefined ? only.report : mergeReports(sources, windows);
  await prepareReport(options.report);
  await clearReport(options.report);
  await writeReport(options.report, report);
  io.out(closing(report, options.report, io.paint));
  return report.ending.exitCode;
}

const isPacked = (path: string): boolean => path.endsWith('.gz');
const unread = (path: string, cause: unknown): SettingsError =>
  new SettingsError('bad-report', `${path} cannot be read: ${wordsOf(cause)}.`, { cause });
const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
const isOfPacking = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_');

const tooEarly = (path: string, why: string): string =>
  `${basename(path)} ends too early (${why}): what it holds is in the report`;

/** Why not all of a file is there: a generator that was killed closes none. */
async function faultsOf(path: string): Promise<readonly string[]> {
  if (!isPacked(path)) return (await isCutOff(path)) ? [tooEarly(path, 'its last line is cut off')] : [];
  try {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(createReadStream(path), createGunzip(), nowhere);
    return [];
  } catch (cause) {
    if (!isOfPacking(cause)) throw unread(path, cause);
    return [tooEarly(path, wordsOf(cause))];
  }
}

/** Every line that was written whole ends with a line feed. */
async function isCutOff(path: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      return bytesRead > 0 && buffer.toString() !== '\n';
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unread(path, cause);
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  // What there is of a file that ends too early is given out, too.
  const unpack = () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  try {
    yield* createInterface({ input: isPacked(path) ? file.pipe(unpack()) : file });
  } catch (cause) {
    if (!isOfPacking(cause)) throw unread(path, cause);
  }
}
