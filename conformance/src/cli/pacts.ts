import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { type Recorded, recordCallbacks } from '../contracts/record.ts';
import { restPact } from '../contracts/rest.ts';
import { differences, savePacts } from '../contracts/save.ts';
import { surroundings } from '../drivers/sipp/launcher.ts';
import { Progress } from '../run/progress.ts';
import { EXIT, type ExitCode } from '../verdict/exit-code.ts';
import { why } from '../why.ts';
import { Interrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import type { OpenTarget } from './judge.ts';
import { chooseRunner, type Machine, RUNNERS, type RunnerWish } from './runner.ts';
import { SettingsError } from './settings-error.ts';
import { NAME } from './version.ts';

/** Options of `pacts` after parsing. */
export interface PactsOptions {
  readonly target?: string;
  readonly runner: RunnerWish;
  readonly out: string;
  /** Write nothing; tell what differs. */
  readonly check?: boolean;
}

/** Options of `pacts publish`: the folder, and what is handed on to the broker's program. */
export interface PublishOptions {
  readonly dir: string;
  readonly handedOn: readonly string[];
}

interface PactsParts {
  readonly machine: Machine;
  open(file: string | undefined): Promise<OpenTarget>;
}

const FOLDER = 'pacts';

export function addPacts(
  root: Command,
  commands: {
    pacts(options: PactsOptions): Promise<number>;
    publishPacts(options: PublishOptions): Promise<number>;
  },
  done: (exitCode: number) => void,
): void {
  const pacts = root
    .command('pacts')
    .description('place real calls to a target and write the contracts (Pact) of its callbacks and operations')
    .option('--target <file>', 'target file; without it as with run')
    .addOption(new Option('--runner <kind>', 'where SIPp runs').choices(RUNNERS).default('auto'))
    .option('--out <dir>', 'where the pact files go', FOLDER)
    .option('--check', 'write nothing, but tell how the files that are there differ (exit code 1)')
    .action(async (options: PactsOptions) => done(await commands.pacts(options)));
  pacts
    .command('publish')
    .description("hand the pact files to a broker, with the broker's own program")
    .argument('[options...]', 'after --: options of that program, such as --broker-base-url')
    .option('--dir <dir>', 'where the pact files are', FOLDER)
    .addHelpText(
      'after',
      `\nPublish to a broker:\n  $ ${NAME} pacts publish -- --broker-base-url https://broker.example --consumer-app-version 1.2.3\n`,
    )
    .action(async (handedOn: readonly string[], { dir }: { dir: string }) =>
      done(await commands.publishPacts({ dir, handedOn })),
    );
}

/** Records the callbacks of a target and writes the contracts of both directions. */
export async function pacts(options: PactsOptions, parts: PactsParts, io: Io): Promise<ExitCode> {
  const runner = await chooseRunner(options.runner, parts.machine);
  const interrupt = new Interrupt(io);
  const { signal } = interrupt;
  const stopped = (): ExitCode => {
    io.err('stopped: nothing is written\n');
    return EXIT.incomplete;
  };
  try {
    const open = await parts.open(options.target).catch((error: unknown) => {
      // Ctrl-C ends a target that is not ready yet; that it then has ended is no news.
      if (signal.aborted) return undefined;
      throw error;
    });
    if (open === undefined) return stopped();
    interrupt.onSecond(() => void open.close());
    try {
      const { interrupted, ...recorded } = await record(open, runner, signal, io);
      return interrupted ? stopped() : await finish(options, recorded, io);
    } finally {
      await open.close();
    }
  } finally {
    interrupt.end();
  }
}

async function record(
  { target, died }: OpenTarget,
  runner: 'docker' | 'local',
  signal: AbortSignal,
  io: Io,
): Promise<Recorded> {
  const progress = new Progress({ write: io.out, width: io.width, paint: io.paint, now: io.now });
  const harness = { target, runner, environment: surroundings(io.env), epoch: Date.now() };
  return recordCallbacks(harness, progress, signal, died).finally(() => progress.end());
}

/** Writes what was recorded, or compares it. */
async function finish(
  { out, check }: PactsOptions,
  { pact, missing, leftOut }: Omit<Recorded, 'interrupted'>,
  io: Io,
): Promise<ExitCode> {
  if (missing.length > 0) {
    for (const one of missing) io.err(`${io.paint('bad', '✗')} ${one.id} cannot be recorded: ${one.why}\n`);
    io.err(`${NAME}: nothing is written, for ${missing.length} of the calls did not go as they should\n`);
    return EXIT.notConformant;
  }
  if (leftOut.length > 0) io.out(`left out, for the target does not claim what they need: ${leftOut.join(', ')}\n`);
  const both = [pact, restPact()];
  const count = both.reduce((sum, { interactions }) => sum + interactions.length, 0);
  if (check !== true) {
    const paths = await savePacts(out, both).catch((cause: unknown) => {
      throw new SettingsError('cannot-write', `The contracts cannot be written to ${out}: ${why(cause)}.`, {
        cause,
      });
    });
    io.out(`pacts: ${count} interactions in ${paths.join(' and ')}\n`);
    return EXIT.conformant;
  }
  const found = await differences(out, both);
  for (const one of found) io.out(`${io.paint('bad', '✗')} ${one}\n`);
  io.out(`pacts: ${found.length === 0 ? `${count} interactions as in ${out}` : `${found.length} differences`}\n`);
  return found.length === 0 ? EXIT.conformant : EXIT.notConformant;
}

/** Programs that publish to a broker, with what stands before the folder. */
const publishers: readonly (readonly [program: string, ...before: string[]])[] = [
  ['pact-broker-cli', 'publish'],
  ['pact', 'broker', 'publish'],
  ['pact-broker', 'publish'],
];

/**
 * Calls the program of a broker that is installed; its exit code is ours.
 * @throws {SettingsError} when none is.
 */
export async function publishPacts({ dir, handedOn }: PublishOptions, io: Io): Promise<number> {
  for (const [program, ...before] of publishers) {
    const child = spawn(program, [...before, dir, ...handedOn], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Tokens, and the build that CI tells of.
      env: { ...io.env },
    });
    child.stdout.on('data', (text: Buffer) => io.out(text.toString()));
    child.stderr.on('data', (text: Buffer) => io.err(text.toString()));
    try {
      const [code]: readonly unknown[] = await once(child, 'close');
      return typeof code === 'number' ? code : EXIT.harnessError;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  throw new SettingsError(
    'no-broker-program',
    `No program that publishes to a Pact broker is installed (${publishers.map(([program]) => program).join(', ')}); install pact-broker-cli, see docs/contracts.md.`,
  );
}
