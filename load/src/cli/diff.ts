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
  const warnings = unlike(a, b);
  for (const warning of warnings) io.err(`${io.paint('bad', '!')} ${warning}\n`);
  if (options.json) io.out(`${JSON.stringify({ ...shown, warnings }, null, 2)}\n`);
  else if (options.markdown)
    io.out([...warnings.map((warning) => `**${warning}**\n\n`), compareMarkdown(shown)].join(''));
  else io.out(`${compareText(shown, io.paint)}\n${lastLine(comparison, 'diff')}\n`);
  const worse = options.tolerance !== undefined && comparison.rows.some(({ verdict }) => verdict === 'worse');
  return worse || comparison.objectives.some((objective) => objective.a) ? EXIT.broken : EXIT.held;
}

/** Why the figures of two runs do not say which target is better: a sentence each. */
function unlike(a: LoadReport, b: LoadReport): string[] {
  const names = new Set([...Object.keys(a.setting), ...Object.keys(b.setting)]);
  const [of, other] = [new Map(Object.entries(a.setting)), new Map(Object.entries(b.setting))];
  const text = (value: unknown): string =>
    typeof value === 'object' ? JSON.stringify(value) : String(value ?? 'none');
  const differ = [...names].filter((name) => text(of.get(name)) !== text(other.get(name)));
  const had = (setting: ReadonlyMap<string, unknown>): string =>
    differ.map((name) => `${name} ${text(setting.get(name))}`).join(', ');
  return [
    ...(a.scenario === b.scenario
      ? []
      : [`The reports are of different scenarios: A is of ${a.scenario}, B of ${b.scenario}.`]),
    ...(differ.length === 0 ? [] : [`The load differs: A had ${had(of)}; B had ${had(other)}.`]),
  ];
}

export const sideOf = ({ target, scenario }: LoadReport, source: string): Compared => ({
  ...{ name: target.name, embedded: target.embedded, scenario, source },
  ...(target.description !== undefined && { description: target.description }),
});
