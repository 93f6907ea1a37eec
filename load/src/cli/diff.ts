import type { Io } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { compare } from '../compare/compare.ts';
import type { Compared } from '../compare/model.ts';
import { compareMarkdown, compareText, lastLine } from '../compare/words.ts';
import { EXIT, type ExitCode, type LoadReport } from '../report/model.ts';
import { readReport } from '../report/read.ts';
import { example } from './program.ts';
import { share } from './values.ts';

export interface DiffOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** Given: a measure that is worse by more ends with 1 too. */
  readonly tolerance?: number;
}

export const usualTolerance = 0.1;

/** Registers `diff`. */
export function addDiff(
  root: Command,
  run: (before: string, after: string, options: DiffOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('diff')
    .description('compare two reports: each figure, and which objective holds no longer')
    .argument('<before>', 'report.json or the folder it lies in')
    .argument('<after>', 'the same of the later run')
    .option('--tolerance <share>', 'by how much a measure may be worse before the exit code is 1: 10%', share)
    .option('--json', 'as JSON')
    .option('--markdown', 'as Markdown, for a pull request')
    .addHelpText(
      'after',
      example('A run and the one before', 'diff reports/main reports/load') +
        '\nExit codes: 1 when an objective that held does not hold any more, or, with --tolerance, when a measure is worse by more;\n' +
        '0 otherwise, 2 when a report cannot be read.\n',
    )
    .action(async (before: string, after: string, options: DiffOptions) => done(await run(before, after, options)));
}

/** @throws {SettingsError} when one of the reports cannot be read. */
export async function diff(before: string, after: string, options: DiffOptions, io: Io): Promise<ExitCode> {
  const [a, b] = [await readReport(before), await readReport(after)];
  const comparison = compare([a], [b], options.tolerance ?? usualTolerance);
  const shown = { ...comparison, a: sideOf(a, before), b: sideOf(b, after) };
  if (options.json) io.out(`${JSON.stringify(shown, null, 2)}\n`);
  else if (options.markdown) io.out(compareMarkdown(shown));
  else io.out(`${compareText(shown, io.paint)}\n${lastLine(comparison, 'diff')}\n`);
  const worse = options.tolerance !== undefined && comparison.rows.some(({ verdict }) => verdict === 'worse');
  return worse || comparison.objectives.some((objective) => objective.a) ? EXIT.broken : EXIT.held;
}

export const sideOf = ({ target, scenario }: LoadReport, source: string): Compared => ({
  ...{ name: target.name, embedded: target.embedded, scenario, source },
  ...(target.description !== undefined && { description: target.description }),
});
