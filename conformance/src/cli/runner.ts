import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SettingsError } from './settings-error.ts';

/** Where SIPp runs, as the user asks for it. */
export const RUNNERS = ['auto', 'docker', 'local'] as const;
export type RunnerWish = (typeof RUNNERS)[number];

/** What this machine has. */
export interface Machine {
  /** Version line of SIPp; undefined when it is not there. */
  sipp(): Promise<string | undefined>;
  /** Version of the container engine that answers; undefined when none does. */
  engine(): Promise<string | undefined>;
}

/**
 * Settles where SIPp runs. `auto` takes an installed SIPp, which starts at once, else a container.
 * @throws {SettingsError} when what was asked for is not there.
 */
export async function chooseRunner(wish: RunnerWish, machine: Machine): Promise<'docker' | 'local'> {
  if (wish !== 'docker' && (await machine.sipp()) !== undefined) return 'local';
  if (wish !== 'local' && (await machine.engine()) !== undefined) return 'docker';
  throw new SettingsError('no-runner', NOT_THERE[wish]);
}

const NOT_THERE: Readonly<Record<RunnerWish, string>> = {
  local:
    'SIPp is not installed: `apt-get install sip-tester` (Debian, Ubuntu) or `brew install sipp`, or use --runner docker.',
  docker: 'No container engine answers: start Docker or Podman, or install SIPp and use --runner local.',
  auto: 'Neither SIPp nor a container engine is there: `apt-get install sip-tester` (Debian, Ubuntu), `brew install sipp`, or start Docker.',
};

const run = promisify(execFile);

/** Asks the real machine. */
export function thisMachine(): Machine {
  return {
    // SIPp ends with 99 after it has told its version, so the exit code is no sign of its absence.
    sipp: async () => /SIPp v[\w.]+/.exec(await output('sipp', ['-v']))?.[0],
    engine: async () => {
      const text = (await output('docker', ['info', '--format', '{{.ServerVersion}}'])).trim();
      return /^\d[\w.+~-]*$/.test(text) ? text : undefined;
    },
  };
}

/** What a program prints; nothing when it is not there or does not answer in time. */
async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, args, { timeout: 10_000 })).stdout;
  } catch (error) {
    return error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' ? error.stdout : '';
  }
}
