import { join } from 'node:path';
import { type Io, SettingsError } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { measured } from '../capacity/step.ts';
import { compare as comparisonOf, orderOf } from '../compare/compare.ts';
import { COMPARE_VERSION, type CompareReport, type CompareStep, type Side } from '../compare/model.ts';
import { compareText, lastLine } from '../compare/words.ts';
import { comparisonPage } from '../report/html/comparison.ts';
import { EXIT, type ExitCode, type LoadReport } from '../report/model.ts';
import { clearReport, prepareReport, writeJson, writePage } from '../report/write.ts';
import { planOf } from '../run/plan.ts';
import { NAME, version } from '../version.ts';
import { sideOf, usualTolerance } from './diff.ts';
import { addAmount, addGenerator, example, type RunOptions } from './program.ts';
import { type RunTools, wishOf } from './run.ts';
import { interrupts, runInto, Standby } from './stage.ts';
import { collect, share, wholePositive } from './values.ts';

export interface CompareOptions extends Omit<RunOptions, 'target'> {
  readonly target?: readonly string[];
  readonly rounds: number;
  readonly tolerance: number;
}

const FILE = 'compare.json';

/** Registers `compare`. */
export function addCompare(
  root: Command,
  run: (scenario: string, options: CompareOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  const command = root
    .command('compare')
    .description('load two targets in turns, A B B A, and show the figures beside each other')
    .argument('[scenario]', 'what kind of calls', 'ivr')
    .option('--target <file>', 'twice: A, then B; "embedded" is the reference server that comes along', collect)
    .option('--rounds <n>', 'how many steps each target has', wholePositive, 2)
    .option(
      '--tolerance <share>',
      'by how much a measure may differ and still count as the same',
      share,
      usualTolerance,
    );
  addGenerator(addAmount(command), 'reports/compare')
    .addHelpText(
      'after',
      example('Two implementations', 'compare churn --target one.yaml --target other.yaml --rate 100') +
        example('How much the machine itself varies', 'compare ivr --target embedded --target embedded') +
        '\nExit codes: 0 both held all objectives, 1 one did not, 2 settings, 3 stopped, 4 the kit or k6 broke, 6 the generator was saturated.\n',
    )
    .action(async (scenario: string, options: CompareOptions) => done(await run(scenario, options)));
}

/** @throws {SettingsError} {TargetError} before anything is loaded. */
export async function compare(scenario: string, options: CompareOptions, tools: RunTools, io: Io): Promise<ExitCode> {
  const { target: named = [], rounds, tolerance, ...amount } = options;
  const [first, second] = named;
  if (first === undefined || second === undefined || named.length > 2)
    throw new SettingsError('bad-option', `Two targets are compared; ${named.length} were named. Give --target twice.`);
  const wish = wishOf(scenario, [], amount);
  planOf(wish);
  const halt = interrupts(io);
  const sides = {
    a: { named: first, standby: new Standby(first, tools) },
    b: { named: second, standby: new Standby(second, tools) },
  };
  const reports: Record<Side, LoadReport[]> = { a: [], b: [] };
  const steps: CompareStep[] = [];
  const started = new Date().toISOString();
  try {
    const k6 = await tools.findK6(options, halt.stop);
    await prepareReport(options.report);
    // One that does not answer is told before the other is loaded.
    for (const { standby } of [sides.a, sides.b]) await standby.target((line) => io.out(`${line}\n`));
    await clearReport(options.report, [FILE, 'steps']);
    const order = orderOf(rounds);
    for (const [index, { side, round }] of order.entries()) {
      if (halt.stop.aborted) break;
      const target = await sides[side].standby.target((line) => io.out(`${line}\n`));
      io.out(`step ${index + 1} of ${order.length}: ${side.toUpperCase()}, ${target.name}\n`);
      const folder = `steps/${String(index + 1).padStart(2, '0')}-${side}`;
      const report = await runInto(options.report, folder, wish, { k6, target, io, halt });
      steps.push({
        ...{ side, round, started: report.started, seconds: report.seconds, report: `${folder}/report.json` },
        ...{ exitCode: report.ending.exitCode, measures: measured(report.figures) },
      });
      if (report.ending.exitCode !== EXIT.incomplete && report.ending.exitCode !== EXIT.harnessError)
        reports[side].push(report);
    }
    const ending = endingOf(steps, order.length);
    const [a, b] = [reports.a[0], reports.b[0]];
    if (a === undefined || b === undefined) {
      for (const reason of ending.reasons) io.err(`${reason}\n`);
      io.out('load: compare: nothing to compare, one of the targets has no run\n');
      return ending.exitCode;
    }
    const result: CompareReport = {
      ...{ formatVersion: COMPARE_VERSION, kind: 'compare', tool: { name: NAME, version: version() }, started },
      ...{ machine: a.machine, k6: a.k6, a: sideOf(a, first), b: sideOf(b, second) },
      ...comparisonOf(reports.a, reports.b, tolerance),
      ...{ steps, ending },
    };
    await writeJson(options.report, FILE, result);
    await writePage(options.report, comparisonPage(result));
    io.out(`\n${compareText(result, io.paint)}\n`);
    for (const reason of ending.reasons) io.out(`${io.paint('bad', '✗')} ${reason}\n`);
    io.out(
      `report: ${join(options.report, 'report.html')}, ${join(options.report, FILE)}\n${lastLine(result, 'compare')}\n`,
    );
    return ending.exitCode;
  } finally {
    await sides.a.standby.close();
    await sides.b.standby.close();
    halt.release();
  }
}

/** The gravest of what the steps ended with. */
const grave: readonly ExitCode[] = [EXIT.harnessError, EXIT.incomplete, EXIT.invalid, EXIT.broken];

function endingOf(steps: readonly CompareStep[], due: number): CompareReport['ending'] {
  const worst = grave.find((code) => steps.some(({ exitCode }) => exitCode === code));
  const reasons = steps.flatMap(({ exitCode, side, round, report }) =>
    exitCode === EXIT.held ? [] : [`${side.toUpperCase()} in round ${round} ended with ${exitCode}: ${report}`],
  );
  if (steps.length < due && worst !== EXIT.harnessError)
    return { exitCode: EXIT.incomplete, reasons: ['stopped before its end', ...reasons] };
  return { exitCode: worst ?? EXIT.held, reasons };
}
