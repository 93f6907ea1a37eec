import { join } from 'node:path';
import type { Io } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { drive } from '../capacity/drive.ts';
import { CAPACITY_VERSION, type CapacityReport, type CapacitySearch } from '../capacity/model.ts';
import { type CapacityPlan, capacityPlan, usualScenarios } from '../capacity/plan.ts';
import { lastLine, planLine, stepLine, stepTitle, unsearched } from '../capacity/words.ts';
import { capacityPage } from '../report/html/capacity.ts';
import { EXIT, type ExitCode, type LoadReport } from '../report/model.ts';
import { clearReport, prepareReport, writeJson, writePage } from '../report/write.ts';
import { NAME, version } from '../version.ts';
import { addGenerator, example, type GeneratorOptions, oneTarget, TARGET } from './program.ts';
import type { RunTools } from './run.ts';
import { interrupts, runInto, Standby } from './stage.ts';
import { collect, duration, lasting, share, wholePositive } from './values.ts';

export interface CapacityOptions extends GeneratorOptions {
  readonly target?: string;
  readonly start?: number;
  readonly most?: number;
  readonly resolution?: number;
  readonly duration?: number;
  readonly confirm?: number;
  readonly ramp?: number;
  readonly talk?: number;
  readonly objective?: readonly string[];
}

const FILE = 'capacity.json';

/** Registers `capacity`. */
export function addCapacity(
  root: Command,
  run: (scenarios: readonly string[], options: CapacityOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  const command = root
    .command('capacity')
    .description('find the most calls at once, and the most calls a second, that hold the objectives')
    .argument(
      '[scenarios...]',
      `whose capacity; without any ${usualScenarios.join(' (calls at once) and ')} (calls a second)`,
    )
    .option('--target <file>', TARGET, oneTarget)
    .option('--start <n>', 'the first load, which is doubled until something breaks', wholePositive)
    .option('--most <n>', 'no load is greater', wholePositive)
    .option('--resolution <share>', 'by how much the figure may be too low: 5%, 0.05', share)
    .option('--duration <time>', 'how long a step is steady', lasting)
    .option('--confirm <time>', 'how long the confirmation is steady; twice as long as a step without it', lasting)
    .option('--ramp <time>', 'how long it takes to get to a load; as long as a call without it', duration)
    .option('--talk <time>', 'how long a call lasts', duration)
    .option('--objective <limit>', 'such as "setup.p95<=300"; may be given several times', collect);
  addGenerator(command, 'reports/capacity')
    .addHelpText(
      'after',
      example('Bridged calls at once, and short calls a second, of the reference server', 'capacity') +
        example('IVR calls at once, quick and rough', 'capacity ivr --duration 10 --resolution 15%') +
        '\nExit codes: 0 a figure was found and confirmed (the last line says what limits it), 1 none held or none was confirmed,\n' +
        '2 settings, 3 stopped, 4 the kit or k6 broke.\n',
    )
    .action(async (scenarios: readonly string[], options: CapacityOptions) => done(await run(scenarios, options)));
}

/**
 * Searches, one scenario after the other. capacity.json is written anew after each step, so that whatever ends the search
 * leaves what was found by then.
 * @throws {SettingsError} {TargetError} before anything is loaded.
 */
export async function capacity(
  named: readonly string[],
  options: CapacityOptions,
  tools: RunTools,
  io: Io,
): Promise<ExitCode> {
  const plans = (named.length === 0 ? usualScenarios : named).map((scenario) =>
    capacityPlan(scenario, wishOf(options)),
  );
  const halt = interrupts(io);
  const standby = new Standby(options.target, tools);
  const began = io.now();
  try {
    const k6 = await tools.findK6(options, halt.stop);
    await prepareReport(options.report);
    const target = await standby.target((line) => io.out(`${line}\n`));
    await clearReport(options.report, [FILE, 'steps']);
    const base: Omit<CapacityReport, 'seconds' | 'searches'> = {
      ...{ formatVersion: CAPACITY_VERSION, kind: 'capacity', tool: { name: NAME, version: version() } },
      started: new Date().toISOString(),
      target: {
        ...{ name: target.name, embedded: target.embedded },
        ...(target.description !== undefined && { description: target.description }),
      },
      k6: { version: k6.version, extension: k6.extension },
    };
    const over: CapacitySearch[] = [];
    let machine: LoadReport['machine'] | undefined;
    const keep = async (searches: readonly CapacitySearch[], ending?: CapacityReport['ending']): Promise<void> => {
      const report: CapacityReport = {
        ...base,
        seconds: Number(((io.now() - began) / 1000).toFixed(1)),
        ...(machine && { machine }),
        searches,
        ...(ending && { ending }),
      };
      await writeJson(options.report, FILE, report);
      await writePage(options.report, capacityPage(report));
    };
    let broke: readonly string[] | undefined;
    for (const plan of plans) {
      if (halt.stop.aborted || broke !== undefined) break;
      io.out(`${planLine(plan)}\n`);
      let search = unsearched(plan);
      const result = await drive(plan, {
        signal: halt.stop,
        run: async (wish, folder) => {
          const report = await runInto(options.report, folder, wish, {
            ...{ k6, io, halt },
            target: await standby.target(() => undefined),
          });
          machine ??= report.machine;
          return report;
        },
        onStep: (number, wanted) => io.out(`${stepTitle(number, wanted)}\n`),
        onStand: async (stand, step) => {
          search = stand;
          io.out(`  ${stepLine(step, io.paint)}\n`);
          await keep([...over, search]);
        },
      });
      over.push(result.search);
      broke = result.broke;
    }
    const ending = endingOf(plans, over, halt.stop.aborted, broke);
    await keep(over, ending);
    const reasons = ending.reasons.map((reason) => `${io.paint('bad', '✗')} ${reason}\n`).join('');
    io.out(
      `\n${reasons}report: ${join(options.report, 'report.html')}, ${join(options.report, FILE)}\n${lastLine({ searches: over, ending })}\n`,
    );
    return ending.exitCode;
  } finally {
    await standby.close();
    halt.release();
  }
}

function endingOf(
  plans: readonly CapacityPlan[],
  searches: readonly CapacitySearch[],
  stopped: boolean,
  broke: readonly string[] | undefined,
): { exitCode: ExitCode; reasons: readonly string[] } {
  if (broke !== undefined) return { exitCode: EXIT.harnessError, reasons: broke };
  if (stopped || searches.length < plans.length)
    return { exitCode: EXIT.incomplete, reasons: ['the search was stopped before its end'] };
  const unconfirmed = searches.filter(({ found }) => !found.confirmed).map(({ scenario }) => scenario);
  return unconfirmed.length === 0
    ? { exitCode: EXIT.held, reasons: [] }
    : { exitCode: EXIT.broken, reasons: unconfirmed.map((name) => `${name}: no load was confirmed`) };
}

function wishOf(options: CapacityOptions): Parameters<typeof capacityPlan>[1] {
  const { start, most, resolution, duration: steady, confirm, ramp, talk, objective } = options;
  return {
    ...(start !== undefined && { start }),
    ...(most !== undefined && { most }),
    ...(resolution !== undefined && { resolution }),
    ...(steady !== undefined && { durationSeconds: steady }),
    ...(confirm !== undefined && { confirmSeconds: confirm }),
    ...(ramp !== undefined && { rampSeconds: ramp }),
    ...(talk !== undefined && { talkSeconds: talk }),
    ...(objective !== undefined && { objectives: objective }),
  };
}
