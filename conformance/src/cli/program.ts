import { frozenVersions, loadProfiles } from '@mediaservice/spec';
import { Command, Option } from 'commander';
import { loadRows } from '../catalogue/load.ts';
import { LEVELS } from '../catalogue/row.ts';
import { scenarioAreas } from '../run/areas.ts';
import { EMBEDDED, TARGET_FILE } from '../target/which.ts';
import { addCompletion } from './completion.ts';
import { addDiff, type DiffOptions } from './diff.ts';
import type { Io } from './io.ts';
import type { JudgeOptions } from './judge.ts';
import { addPacts, type PactsOptions, type PublishOptions } from './pacts.ts';
import { addRejudge, type RejudgeOptions } from './rejudge.ts';
import { RUNNERS } from './runner.ts';
import { addSelftest, type SelftestOptions } from './selftest.ts';
import { addVerifyApp, type VerifyAppOptions } from './verify-app.ts';
import { addVerifyService } from './verify-service.ts';
import { NAME, version } from './version.ts';
import { MOST, wholeNumber } from './whole-number.ts';
import { WordsOption } from './words-option.ts';

/** What each command does; gives the exit code. */
export interface Commands {
  run(options: JudgeOptions): Promise<number>;
  list(options: { readonly area?: string; readonly json?: boolean }): Promise<number>;
  doctor(options: { readonly target?: string }): Promise<number>;
  init(options: { readonly file: string; readonly force: boolean }): Promise<number>;
  diff(options: DiffOptions): Promise<number>;
  explain(options: { readonly topic: string; readonly report: string }): Promise<number>;
  selftest(options: SelftestOptions): Promise<number>;
  pacts(options: PactsOptions): Promise<number>;
  publishPacts(options: PublishOptions): Promise<number>;
  verifyApp(options: VerifyAppOptions): Promise<number>;
  judge(options: RejudgeOptions): Promise<number>;
}

const catalogueAreas = () => [...new Set(loadRows().map(({ area }) => area))];

const REPORT = 'reports/conformance';
const TARGET = `target file; without it ${TARGET_FILE} if there is one, else, and for "${EMBEDDED}", the reference server that comes along`;

/** The command line. `done` hears the exit code of the command that ran. */
export function program(commands: Commands, io: Io, done: (exitCode: number) => void): Command {
  const root = new Command(NAME)
    .description('Judges any implementation of the Mediaservice API over real SIP, RTP and HTTP.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getOutHelpWidth: () => io.width() ?? 100,
      getErrHelpWidth: () => io.width() ?? 100,
    })
    .showHelpAfterError(`(${NAME} --help shows what there is)`)
    .addHelpText(
      'after',
      example('Judge the embedded reference server', 'run') +
        example(
          'Judge another implementation',
          'init my-target.yaml',
          'doctor --target my-target.yaml',
          'run --target my-target.yaml',
        ) +
        '\nExit codes: 0 conformant, 1 not conformant, 2 settings, 3 vacuous or incomplete, 4 the suite broke, 5 stale baseline.\n',
    );
  addRun(root, commands, done);
  addRejudge(root, (options) => commands.judge(options), done);
  addSelftest(root, (options) => commands.selftest(options), done);
  addPacts(root, commands, done);
  addVerifyService(root, commands, done);
  addVerifyApp(root, (options) => commands.verifyApp(options), done);
  addDiff(root, (options) => commands.diff(options), done);
  root
    .command('list')
    .description('show the catalogue of requirements and the tests that name each')
    .addOption(new WordsOption('--area <names>', 'only the rows of these areas (commas between)', catalogueAreas))
    .option('--json', 'as JSON')
    .addHelpText('after', example('What is demanded of DTMF', 'list --area dtmf'))
    .action(async (options: { area?: string; json?: boolean }) => done(await commands.list(options)));
  root
    .command('doctor')
    .description('see whether everything that a run needs is there')
    .option('--target <file>', TARGET)
    .addHelpText('after', example('Before the first run', 'doctor --target my-target.yaml'))
    .action(async (options: { target?: string }) => done(await commands.doctor(options)));
  root
    .command('init')
    .description('write a target file with comments')
    .argument('[file]', 'where to', TARGET_FILE)
    .option('--force', 'write over a file that is there', false)
    .addHelpText('after', example('Start with a new target', 'init my-target.yaml'))
    .action(async (file: string, { force }: { force: boolean }) => done(await commands.init({ file, force })));
  root
    .command('explain')
    .description('explain a requirement, a test, a verdict or an exit code')
    .argument('<topic>', 'slug, test id, verdict or number')
    .option('--report <dir>', 'report of which the last verdict is told', REPORT)
    .addHelpText(
      'after',
      example('Why a run ended with 3', 'explain 3') +
        example('What a test shows, and how it went last', 'explain ivr/prompt-is-heard'),
    )
    .action(async (topic: string, { report }: { report: string }) => done(await commands.explain({ topic, report })));
  addCompletion(root, io.out, done);
  for (const one of root.commands) one.showHelpAfterError(`(${NAME} ${one.name()} --help shows what it takes)`);
  root.hook('preAction', (_root, action) => refuseEmpty(action));
  return root;
}

/** A variable of a shell that is not set must not widen what is run: `--level ""` would be everything. */
function refuseEmpty(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (typeof value === 'string' && /^[\s,]*$/.test(value))
      command.error(`error: option '${option.flags}' has an empty value; leave the option out, or say what it is.`);
  }
}

function addRun(root: Command, commands: Commands, done: (exitCode: number) => void): void {
  root
    .command('run')
    .description('judge a target and write a report')
    .option('--target <file>', TARGET)
    .addOption(
      new Option('--runner <kind>', 'where SIPp runs; auto: as a process if installed, else in a container')
        .choices(RUNNERS)
        .default('auto'),
    )
    .option('--filter <text>', 'only tests with this text in id or title')
    .addOption(new WordsOption('--area <names>', 'only tests of these areas (commas between)', () => scenarioAreas))
    .option('--requirement <slugs>', 'only tests that name one of these requirements')
    .addOption(
      new WordsOption(
        '--level <levels>',
        'only tests of documented, interpreted or extension requirements',
        () => LEVELS,
      ),
    )
    .addOption(
      new WordsOption(
        '--profile <names>',
        'only what a profile asks for: ivr, call-control, cloud-ua, recording, monitoring, full',
        () => loadProfiles().map(({ name }) => name),
      ),
    )
    .addOption(
      new WordsOption(
        '--catalogue <version>',
        'only the requirements of this frozen version of the catalogue, such as 1.0',
        frozenVersions,
        false,
      ),
    )
    .option('--report <dir>', 'where the report goes', REPORT)
    .option('--ndjson <file>', 'events of the run as JSON, one a line while it happens; - for standard output')
    .option('--concurrency <n>', `how many tests run side by side, at most ${MOST}`, wholeNumber, 16)
    .option(
      '--repeat <n>',
      `make the run so often, at most ${MOST} times, and tell which tests were not the same each time`,
      wholeNumber,
    )
    .option('--patient', 'also the tests that wait for more than a minute, such as a session timer that runs out')
    .option(
      '--baseline <files>',
      'files of known failures (knownFailures: [{test, reason}, {requirement, reason}]; commas between); one that passes now fails the run',
    )
    .option('--write-baseline <file>', 'writes the baseline that this run would pass; reasons that are known are kept')
    .option('--sign <file>', 'private key (Ed25519, PEM) that signs the evidence')
    .option('--pack <file>', 'packs report and evidence into this tar.gz')
    .addHelpText(
      'after',
      example('Judge the embedded reference server', 'run') +
        example(
          'Judge another implementation on what the API document itself says',
          'run --target my-target.yaml --level documented',
        ) +
        example('Run one test again', 'run --filter ivr/prompt-is-heard'),
    )
    .action(async (options: JudgeOptions) => done(await commands.run(options)));
}

function example(what: string, ...commands: readonly string[]): string {
  return `\n${what}:\n${commands.map((command) => `  $ ${NAME} ${command}\n`).join('')}`;
}
