import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Io, SettingsError } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { EXIT, type ExitCode, type LoadReport } from '../report/model.ts';
import { prepareReport, writeJson } from '../report/write.ts';
import { scriptOf } from '../run/k6.ts';
import { planOf } from '../run/plan.ts';
import { writeSounds } from '../run/run.ts';
import { scriptSetting } from '../run/script.ts';
import { sharedApplication } from '../run/shared.ts';
import type { RunWish } from '../run/types.ts';
import { addSteering, example, type RunOptions } from './program.ts';
import { type RunTools, wishOf } from './run.ts';

export interface ArchiveOptions extends RunOptions {
  readonly reach?: string;
}

/** What `read` needs to make a report of what the generators wrote. */
export interface RunFile {
  readonly wish: RunWish;
  readonly target: LoadReport['target'];
  readonly k6: LoadReport['k6'];
}

export const RUN = 'run.json';
const SETTING = 'setting.json';
const ARCHIVE = 'load.tar';
/** Stands before the address of each generator in the numbers of its phones. */
const many = '9';

/** Registers `archive`. */
export function addArchive(
  root: Command,
  run: (scenario: string, options: ArchiveOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  const command = root
    .command('archive')
    .description('pack a scenario for generators that somebody else starts, such as the k6-operator')
    .argument('[scenario]', 'what kind of calls', 'ivr');
  addSteering(command)
    .requiredOption('--application <url>', 'the application that serves all of them')
    .option('--reach <host>', 'by which name the generators find it, where that is another')
    .addHelpText(
      'after',
      example(
        'For load/kubernetes',
        'archive ivr --calls 1000 --target my-target.yaml --application http://application:8085 --report build',
      ),
    )
    .action(async (scenario: string, options: ArchiveOptions) => done(await run(scenario, options)));
}

/** @throws {SettingsError} {TargetError} */
export async function archive(scenario: string, options: ArchiveOptions, tools: RunTools, io: Io): Promise<ExitCode> {
  const wish = wishOf(scenario, [], options);
  planOf(wish);
  const shared = await sharedApplication(options.application ?? '');
  const k6 = await tools.findK6(options, new AbortController().signal);
  await prepareReport(options.report);
  const sounds = await writeSounds(join(options.report, 'sounds'));
  const { target } = await tools.openTarget(options.target, true);
  try {
    const plan = planOf(wish, target);
    const setting = {
      ...scriptSetting({
        ...{
          target,
          application: { ...shared.ready, ...(options.reach !== undefined && { host: options.reach }) },
          audio: sounds,
        },
        ...{ setting: plan.setting, mix: plan.mix, scored: plan.row.scored },
        ...(plan.row.burst !== undefined && { burst: plan.row.burst }),
      }),
      generator: many,
    };
    await writeJson(options.report, SETTING, setting);
    await writeJson(options.report, RUN, {
      wish,
      target: {
        ...{ name: target.name, embedded: target.embedded },
        ...(target.description !== undefined && { description: target.description }),
      },
      k6: { version: k6.version, extension: k6.extension },
    } satisfies RunFile);
    const file = join(options.report, ARCHIVE);
    try {
      await promisify(execFile)(
        k6.path,
        ['archive', `--archive-out=${file}`, '--exclude-env-vars', '--include-system-env-vars', scriptOf(scenario)],
        {
          env: { ...io.env, LOAD_SETTING: JSON.stringify(setting) },
        },
      );
    } catch (cause) {
      throw new SettingsError(
        'bad-option',
        `k6 could not pack ${scenario}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    io.out(
      `load: archive: ${file} is the script, ${join(options.report, SETTING)} goes into LOAD_SETTING and holds a token, ${RUN} is for read\n`,
    );
    return EXIT.held;
  } finally {
    await target.close();
  }
}
