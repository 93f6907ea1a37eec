import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { SippUnavailable } from './types.ts';

/** Environment variables of a child. */
export type Environment = Readonly<Record<string, string>>;

/** One SIPp that runs. */
export interface Launched {
  /** Resolves when it is gone; a sentence if it could not even start. */
  readonly exited: Promise<string | undefined>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** Where SIPp runs. Paths of the arguments are valid there. */
export interface Launcher {
  readonly kind: 'local' | 'docker';
  launch(args: readonly string[], directory: string): Promise<Launched>;
  close(): Promise<void>;
}

const missing =
  'SIPp is not installed: install the package sip-tester (apt-get install sip-tester), or let it run in a container with RUNNER=docker';

/**
 * SIPp as a process of this machine. `environment` is all that it gets of ours.
 * @throws {SippUnavailable} when there is none.
 */
export async function localLauncher(environment: Environment, program = 'sipp'): Promise<Launcher> {
  await version(program, environment);
  const children = new Set<ChildProcess>();
  const killAll = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', killAll);
  return {
    kind: 'local',
    launch: async (args, directory) => {
      const child = spawn(program, args, {
        cwd: directory,
        stdio: 'ignore',
        env: { ...environment, TZ: 'UTC', TERM: 'dumb' },
      });
      children.add(child);
      const exited = new Promise<string | undefined>((resolve) => {
        child.once('error', (error) => resolve(`SIPp could not be started: ${error.message}`));
        child.once('exit', () => resolve(undefined));
      });
      void exited.then(() => children.delete(child));
      return { exited, kill: (signal) => void child.kill(signal) };
    },
    close: async () => {
      killAll();
      process.off('exit', killAll);
    },
  };
}

/** Version line of an installed SIPp; it exits with 99 after printing it. */
async function version(program: string, environment: Environment): Promise<string> {
  const run = promisify(execFile);
  const failed = (error: unknown): { stdout: string } => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new SippUnavailable(missing);
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string')
      return { stdout: error.stdout };
    throw error;
  };
  const { stdout } = await run(program, ['-v'], { env: environment }).catch(failed);
  const line = /SIPp v\S+/.exec(stdout)?.[0];
  if (line === undefined) throw new SippUnavailable(`${program} does not say that it is SIPp; ${missing}`);
  return line.replace(/\.$/, '');
}

/** What a child needs of the surroundings: where programs and libraries are. */
export function surroundings(env: Readonly<Record<string, string | undefined>>): Environment {
  const names = ['PATH', 'HOME', 'LD_LIBRARY_PATH'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
