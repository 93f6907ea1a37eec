import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '@mediaservice/conformance/kit';
import type { Command } from 'commander';
import { CallbackFigures } from '../figures/callbacks.ts';
import type { TimedWindow } from '../merge/merge.ts';
import { EXIT, type ExitCode } from '../report/model.ts';
import { prepareReport } from '../report/write.ts';
import { startApplication } from '../run/application.ts';
import { writeSounds } from '../run/run.ts';
import { example, TARGET } from './program.ts';
import type { RunTools } from './run.ts';
import { duration } from './values.ts';

export interface ApplicationOptions {
  readonly target?: string;
  readonly talk: number;
  readonly report: string;
}

/** A line of JSON a second: what the application saw. */
export const WINDOWS = 'windows.ndjson';
/** As long as a call may last beside its talk time. */
const slackSeconds = 30;

/** Registers `application`. */
export function addApplication(
  root: Command,
  run: (options: ApplicationOptions) => Promise<number>,
  done: (exitCode: number) => void,
): void {
  root
    .command('application')
    .description('answer the callbacks for several generators, until Ctrl-C; what it saw is for `merge`')
    .option('--target <file>', TARGET)
    .option('--talk <time>', 'how long the longest call lasts', duration, 60)
    .option('--report <dir>', `where ${WINDOWS} goes`, 'reports/application')
    .addHelpText(
      'after',
      example(
        'One application, two generators',
        'application --target my-target.yaml',
        'run ivr --target my-target.yaml --application http://this-machine:8085 --segment 0:1/2 --segment-sequence 0,1/2,1',
      ),
    )
    .action(async (options: ApplicationOptions) => done(await run(options)));
}

/** @throws {SettingsError} {TargetError} */
export async function application(options: ApplicationOptions, tools: RunTools, io: Io): Promise<ExitCode> {
  await prepareReport(options.report);
  const sounds = await writeSounds(join(options.report, 'sounds'));
  const { target, told } = await tools.openTarget(options.target);
  const stop = Promise.withResolvers<undefined>();
  const release = io.onInterrupt(() => stop.resolve(undefined));
  try {
    if (told !== undefined) io.out(`${told}\n`);
    const path = join(options.report, WINDOWS);
    await writeFile(path, '');
    const seen = new CallbackFigures();
    let writing = Promise.resolve();
    const running = await startApplication(
      {
        ...{ callbacksUrl: target.callbacksUrl, host: target.suiteHost, restUrl: target.restUrl, token: target.token },
        ...{ promptFile: sounds.prompt, digitSeconds: options.talk + slackSeconds },
      },
      io.env,
      (window) => {
        seen.take(window);
        const line: TimedWindow = { at: new Date().toISOString(), ...window };
        writing = writing.then(() => appendFile(path, `${JSON.stringify(line)}\n`));
      },
    );
    io.out(
      `application of ${target.name}: answers at ${target.callbacksUrl}, give it to generators as --application ${running.ready.url}\n`,
    );
    const died = await Promise.race([running.died, target.died, stop.promise]);
    await running.stop();
    await writing;
    const { callbacks } = seen.whole();
    const answered = Object.values(callbacks.answered).reduce((sum, count) => sum + count, 0);
    if (died !== undefined) io.err(`${died}\n`);
    io.out(`load: application: ${answered} callbacks answered, ${callbacks.missingCompleted} sessions open; ${path}\n`);
    return died === undefined ? EXIT.held : EXIT.harnessError;
  } finally {
    release();
    await target.close();
  }
}
