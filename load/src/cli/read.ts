import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type Io, SettingsError } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { merge as mergeReports, type Source } from '../merge/merge.ts';
import { reportOfPoints } from '../merge/points.ts';
import type { ExitCode, LoadReport } from '../report/model.ts';
import { readJson } from '../report/read.ts';
import { prepareReport, writeReport } from '../report/write.ts';
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
    const report = await reportOfPoints(linesOf(path), of);
    if (report === undefined) throw new SettingsError('bad-report', `${path} holds no value that k6 wrote.`);
    const folder = join(options.report, `generator-${index + 1}`);
    await prepareReport(folder);
    await writeReport(folder, report);
    sources.push({ path, report });
  }
  const [only] = sources;
  const report: LoadReport =
    only !== undefined && sources.length === 1 && windows === undefined ? only.report : mergeReports(sources, windows);
  await prepareReport(options.report);
  await writeReport(options.report, report);
  io.out(closing(report, options.report, io.paint));
  return report.ending.exitCode;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  try {
    yield* createInterface({ input: path.endsWith('.gz') ? file.pipe(createGunzip()) : file });
  } catch (cause) {
    throw new SettingsError(
      'bad-report',
      `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
}
