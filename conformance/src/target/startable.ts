import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { why } from '../why.ts';
import type { Target } from './types.ts';

/** Where the system looks in want of a PATH. */
const USUAL = '/bin:/usr/bin';

/**
 * What keeps a target's command from being started, without starting it; undefined: nothing that can be seen. As
 * execvp(3) looks: a name without a slash in each folder of the PATH that the process is given, a path from its cwd.
 */
export async function commandProblem(
  command: Pick<NonNullable<Target['command']>, 'argv' | 'env' | 'cwd'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { argv, cwd = '.' } = command;
  const [program = ''] = argv;
  const place = await stat(cwd).catch((error: unknown) => why(error));
  if (typeof place === 'string') return `its cwd ${cwd}: ${place}`;
  if (!place.isDirectory()) return `its cwd ${cwd}: it is no folder`;
  if (program.includes('/')) {
    const problem = await problemOf(resolve(cwd, program));
    return problem === undefined ? undefined : `${program}: ${problem}`;
  }
  const folders = ({ ...env, ...command.env }.PATH ?? USUAL).split(':');
  for (const folder of program === '' ? [] : folders)
    if ((await problemOf(resolve(cwd, folder, program))) === undefined) return undefined;
  return `there is no program ${program} in PATH`;
}

async function problemOf(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).isDirectory()) return 'it is a folder';
    await access(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return why(error);
  }
}
