/** The C programs of the bench, compiled when they are not there yet. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FLAGS = ['-O2', '-Wall', '-Wextra'];

/** What keeps a part of the bench, or all of it, from being run here; the text says what to do. */
export class NotHere extends Error {}

/** Path of the program made of `c/NAME.c`. @throws {NotHere} without a compiler. */
export async function program(name: 'load' | 'plain', cache: string, compiler = 'cc'): Promise<string> {
  const source = join(import.meta.dirname, 'c', `${name}.c`);
  const hash = createHash('sha256').update(FLAGS.join(' ')).update(readFileSync(source)).digest('hex').slice(0, 12);
  const file = join(cache, `${name}-${hash}`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  try {
    await run(compiler, [...FLAGS, '-o', unfinished, source]);
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') {
      throw new NotHere(
        `no C compiler (${compiler}) is installed, which makes the load program: 'apt install gcc libc6-dev'`,
      );
    }
    throw new Error(`${compiler} could not compile ${source}: ${stderr}`);
  }
  renameSync(unfinished, file);
  return file;
}
