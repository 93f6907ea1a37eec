import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { compare } from '../report/compare/compare.ts';
import { compareMarkdown, compareText } from '../report/compare/words.ts';
import { FORMAT_VERSION, type Report } from '../report/model.ts';
import { EXIT, type ExitCode } from '../verdict/exit-code.ts';
import { why } from '../why.ts';
import type { Io } from './io.ts';
import { SettingsError } from './settings-error.ts';
import { NAME } from './version.ts';

/** Options of `diff` after parsing. */
export interface DiffOptions {
  /** report.json of a run, or the folder that it lies in. */
  readonly before: string;
  readonly after: string;
  readonly form: 'text' | 'json' | 'markdown';
}

/** Registers `diff`. */
export function addDiff(
  root: Command,
  run: (options: DiffOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('diff')
    .description('compare two runs: what changed its verdict, came, went, or takes longer')
    .argument('<before>', 'report.json or the folder it lies in')
    .argument('<after>', 'the same of the later run')
    .option('--json', 'as JSON')
    .option('--markdown', 'as Markdown, for a pull request')
    .addHelpText(
      'after',
      `\nExit code 1 when something got worse; 3 when nothing did, but something that was judged is so no longer; 0 otherwise; 2 when a report cannot be read.\n\nCompare a run with the one before:\n  $ ${NAME} diff reports/main reports/conformance\n`,
    )
    .action(async (before: string, after: string, { json, markdown }: { json?: boolean; markdown?: boolean }) =>
      done(await run({ before, after, form: json ? 'json' : markdown ? 'markdown' : 'text' })),
    );
}

/**
 * Compares two reports and tells what changed.
 * @throws {SettingsError} when one of them cannot be read.
 */
export async function diff({ before, after, form }: DiffOptions, io: Io): Promise<ExitCode> {
  const comparison = compare(await readReport(before), await readReport(after));
  switch (form) {
    case 'json':
      io.out(`${JSON.stringify(comparison, null, 2)}\n`);
      break;
    case 'markdown':
      io.out(compareMarkdown(comparison));
      break;
    case 'text':
      io.out(compareText(comparison, io.paint));
      break;
    default:
      form satisfies never;
  }
  if (comparison.worse) return EXIT.notConformant;
  return comparison.incomplete ? EXIT.incomplete : EXIT.conformant;
}

async function readReport(path: string): Promise<Report> {
  let content: unknown;
  try {
    const file = (await stat(path)).isDirectory() ? join(path, 'report.json') : path;
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    // What the parser says has the file's own text in it, and that of a packed bundle is binary.
    const words = cause instanceof SyntaxError ? 'it is no JSON' : why(cause, 'there is none');
    throw new SettingsError('bad-report', `${path} cannot be read as a report: ${words}.`, { cause });
  }
  if (!isReport(content)) {
    throw new SettingsError('bad-report', `${path} is no report.json of format ${FORMAT_VERSION}.`);
  }
  return content;
}

/** What report.schema.json demands of a whole report is checked when one is written; here it only must be one of ours. */
function isReport(content: unknown): content is Report {
  if (typeof content !== 'object' || content === null) return false;
  const { formatVersion, tests, requirements, summary } = content as Partial<Record<keyof Report, unknown>>;
  return (
    formatVersion === FORMAT_VERSION &&
    Array.isArray(tests) &&
    Array.isArray(requirements) &&
    typeof summary === 'object'
  );
}
