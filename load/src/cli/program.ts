import type { Io } from '@mediaservice/conformance/kit';
import { Command, Option } from 'commander';
import { NAME, version } from '../version.ts';
import { collect, duration, lasting, once, positive, proportions, wholePositive } from './values.ts';

/** Options of every command that starts runs. */
export interface GeneratorOptions {
  readonly report: string;
  readonly k6?: string;
  readonly extension: 'own' | 'xk6-sip';
}

/** Options of `run` after parsing. */
export interface RunOptions extends GeneratorOptions {
  readonly target?: string;
  readonly calls?: number;
  readonly rate?: number;
  readonly duration?: number;
  readonly ramp?: number;
  readonly talk?: number;
  readonly mix?: Readonly<Record<string, number>>;
  readonly objective?: readonly string[];
  readonly segment?: string;
  readonly segmentSequence?: string;
  /** Address of an application that serves several generators. */
  readonly application?: string;
}

/** `--target` of a command that loads one. */
export const oneTarget = once(`To load two in turns: ${NAME} compare.`);

/** What each command does; gives the exit code. */
export interface Commands {
  run(scenario: string, k6Arguments: readonly string[], options: RunOptions): Promise<number>;
  list(): Promise<number>;
}

export const REPORT = 'reports/load';
export const TARGET =
  'target file; without it mediaservice-target.yaml if there is one, else, and for "embedded", the reference server that comes along';

/** The command line. `done` hears the exit code of the command that ran. */
export function program(commands: Commands, io: Io, done: (exitCode: number) => void): Command {
  const root = new Command(NAME)
    .description('Loads any implementation of the Mediaservice API with calls, by k6, and says how many it carries.')
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
      example('A hundred IVR calls at once against the reference server that comes along', 'run ivr --calls 100') +
        example('Another implementation', 'run bridge --target my-target.yaml --calls 50') +
        `\n${EXIT_CODES}\n`,
    );
  addRun(root, commands, done);
  root
    .command('list')
    .description('show the scenarios, and what each does without further wishes')
    .addHelpText('after', example('What there is', 'list'))
    .action(async () => done(await commands.list()));
  return root;
}

export const EXIT_CODES =
  'Exit codes: 0 all objectives held, 1 one did not, 2 settings, 3 stopped or no call made, 4 the kit or k6 broke, ' +
  '6 the generator was saturated: the figures say nothing of the target.';

/** Options that steer how much there is; other commands that start runs have them too. */
export const addSteering = (command: Command): Command =>
  addGenerator(addAmount(command.option('--target <file>', TARGET, oneTarget)), REPORT);

/** How many calls, for how long, and what they are held to. */
export function addAmount(command: Command): Command {
  return command
    .option('--calls <n>', 'calls at once', wholePositive)
    .option('--rate <n>', 'calls begun a second, in place of calls at once', positive)
    .option('--duration <time>', 'how long the load is steady: 90, 90s, 10m, 2h', lasting)
    .option('--ramp <time>', 'how long it takes to get there', duration)
    .option('--talk <time>', 'how long a call lasts', duration)
    .option('--mix <shares>', 'of mixed and soak: ivr:60,bridge:40', proportions)
    .option('--objective <limit>', 'such as "setup.p95<=300"; may be given several times', collect);
}

/** Where the report goes, and which k6 it is. */
export function addGenerator(command: Command, report: string): Command {
  return command
    .option('--report <dir>', 'where the report goes', report)
    .option('--k6 <path>', 'a k6 that has k6/x/sip in it; without it one is built, and kept for the next time')
    .addOption(
      new Option('--extension <name>', 'which SIP extension is built into k6')
        .choices(['own', 'xk6-sip'])
        .default('own'),
    );
}

function addRun(root: Command, commands: Commands, done: (exitCode: number) => void): void {
  const run = root
    .command('run')
    .description('load a target, and write a report')
    .argument('[scenario]', `what kind of calls; \`${NAME} list\` shows them`, 'ivr')
    .argument('[k6-options...]', 'after --, options for k6 itself');
  addSteering(run)
    .option('--segment <part>', "k6's --execution-segment, where several generators share the load: 0:1/2")
    .option('--segment-sequence <parts>', "k6's --execution-segment-sequence: 0,1/2,1")
    .option('--application <url>', `the one that \`${NAME} application\` said, where several generators share it`)
    .addHelpText(
      'after',
      example('The reference server, 100 calls at once', 'run ivr') +
        example('300 short calls a second', 'run churn --rate 300') +
        example('A mix of your own', 'run mixed --mix ivr:70,bridge:30 --calls 60') +
        `\n${EXIT_CODES}\n`,
    )
    .action(async (scenario: string, more: readonly string[], options: RunOptions) =>
      done(await commands.run(scenario, more, options)),
    );
}

export function example(what: string, ...commands: readonly string[]): string {
  return `\n${what}:\n${commands.map((command) => `  $ ${NAME} ${command}\n`).join('')}`;
}
