import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Io, SettingsError } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { merge as mergeReports, type Source, type TimedWindow } from '../merge/merge.ts';
import type { ExitCode } from '../report/model.ts';
import { readReport } from '../report/read.ts';
import { clearReport, prepareReport, writeReport } from '../report/write.ts';
import { WINDOWS } from './application.ts';
import { closing } from './closing.ts';
import { example } from './program.ts';

export interface MergeOptions {
  readonly application?: string;
  readonly report: string;
}

/** Registers `merge`. */
export function addMerge(
  root: Command,
  run: (directories: readonly string[], options: MergeOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('merge')
    .description('make one report of those of several generators that loaded one target together')
    .argument('<reports...>', 'report.json, or folders they lie in')
    .option('--application <dir>', `where \`application\` left ${WINDOWS}, when one served all generators`)
    .option('--report <dir>', 'where the report goes', 'reports/merged')
    .addHelpText(
      'after',
      example(
        'Two generators and the application that served both',
        'merge reports/one reports/two --application reports/application',
      ),
    )
    .action(async (directories: readonly string[], options: MergeOptions) => done(await run(directories, options)));
}

/** @throws {SettingsError} when a report cannot be read, or is of another run. */
export async function merge(directories: readonly string[], options: MergeOptions, io: Io): Promise<ExitCode> {
  const sources: Source[] = [];
  for (const path of directories) sources.push({ path, report: await readReport(path) });
  const report = mergeReports(
    sources,
    options.application === undefined ? undefined : await readWindows(options.application),
  );
  await prepareReport(options.report);
  await clearReport(options.report);
  await writeReport(options.report, report);
  io.out(closing(report, options.report, io.paint));
  return report.ending.exitCode;
}

/** @throws {SettingsError} */
export async function readWindows(directory: string): Promise<readonly TimedWindow[]> {
  const path = directory.endsWith('.ndjson') ? directory : join(directory, WINDOWS);
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as TimedWindow);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SettingsError('bad-report', `${path} cannot be read: ${why}.`, { cause });
  }
}
