import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Io, SettingsError } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { CAPACITY_VERSION, type CapacityReport } from '../capacity/model.ts';
import { COMPARE_VERSION, type CompareReport } from '../compare/model.ts';
import { capacityPage } from '../report/html/capacity.ts';
import { comparisonPage } from '../report/html/comparison.ts';
import { reportPage } from '../report/html/run.ts';
import { EXIT, type ExitCode, FORMAT_VERSION, type LoadReport } from '../report/model.ts';
import { writePage } from '../report/write.ts';
import { example, REPORT } from './program.ts';

/** Registers `report`. */
export function addReport(
  root: Command,
  run: (directory: string) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('report')
    .description('write report.html again, of the report.json, capacity.json or compare.json that is there')
    .argument('[dir]', 'folder of the report', REPORT)
    .addHelpText('after', example('The page of the last run', 'report'))
    .action(async (directory: string) => done(await run(directory)));
}

/** @throws {SettingsError} when there is no report, or one of another format. */
export async function report(directory: string, io: Io): Promise<ExitCode> {
  const { path, content } = await found(directory);
  let page: string;
  try {
    page = pageOf(content);
  } catch (cause) {
    // What is there can be anything; that it is one of ours is seen when it is drawn.
    throw new SettingsError('bad-report', `${path} is no report of a format that this version knows.`, { cause });
  }
  await writePage(directory, page);
  io.out(`${join(directory, 'report.html')}\n`);
  return EXIT.held;
}

function pageOf(content: object): string {
  const { kind, formatVersion } = content as { readonly kind?: unknown; readonly formatVersion?: unknown };
  if (kind === undefined && formatVersion === FORMAT_VERSION) return reportPage(content as LoadReport);
  if (kind === 'capacity' && formatVersion === CAPACITY_VERSION) return capacityPage(content as CapacityReport);
  if (kind === 'compare' && formatVersion === COMPARE_VERSION) return comparisonPage(content as CompareReport);
  throw new Error(`kind ${String(kind)}, format ${String(formatVersion)}`);
}

const names = ['report.json', 'capacity.json', 'compare.json'];

async function found(directory: string): Promise<{ readonly path: string; readonly content: object }> {
  for (const name of names) {
    const path = join(directory, name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    try {
      const content: unknown = JSON.parse(text);
      if (typeof content === 'object' && content !== null) return { path, content };
    } catch (cause) {
      throw new SettingsError('bad-report', `${path} is no JSON.`, { cause });
    }
    throw new SettingsError('bad-report', `${path} is no report.`);
  }
  throw new SettingsError('bad-report', `There is none of ${names.join(', ')} in ${directory}.`);
}
