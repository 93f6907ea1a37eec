import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandProblem } from './startable.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'startable-'));
  await mkdir(join(root, 'bin', 'folder'), { recursive: true });
  for (const name of ['program', 'text']) await writeFile(join(root, 'bin', name), '#!/bin/sh\nexit 7\n');
  await chmod(join(root, 'bin', 'program'), 0o755);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('what is wrong with a command', () => {
  const missing = (name: string) => `there is no program ${name} in PATH`;
  it.each<[string, string, { env?: Record<string, string>; cwd?: string; outside?: string }, string | undefined]>([
    ['a program of PATH', 'program', { outside: '/nowhere:@/bin' }, undefined],
    ['of the PATH that it is given', 'program', { outside: '/nowhere', env: { PATH: '@/bin' } }, undefined],
    ['not of ours then', 'program', { outside: '@/bin', env: { PATH: '/nowhere' } }, missing('program')],
    ['no program', 'nosuchprog', { outside: '@/bin' }, missing('nosuchprog')],
    ['a file that cannot be executed', 'text', { outside: '@/bin' }, missing('text')],
    ['a folder', 'folder', { outside: '@/bin' }, missing('folder')],
    ['a path', '@/bin/program', {}, undefined],
    ['a path to nothing', '@/bin/nothing', {}, '@/bin/nothing: there is no such file or folder'],
    ['a path to a text', '@/bin/text', {}, '@/bin/text: permission denied'],
    ['a path to a folder', '@/bin/folder', {}, '@/bin/folder: it is a folder'],
    ['a path from where it is started', './program', { cwd: '@/bin' }, undefined],
    ['a folder of PATH from there', 'program', { cwd: '@', outside: 'bin' }, undefined],
    ['nowhere to be started', '@/bin/program', { cwd: '@/no' }, 'its cwd @/no: there is no such file or folder'],
    ['a file to be started in', '@/bin/program', { cwd: '@/bin/text' }, 'its cwd @/bin/text: it is no folder'],
  ])('%s', async (_, program, { env, cwd, outside }, problem) => {
    const at = (text: string) => text.replaceAll('@', root);
    const own = env === undefined ? {} : { env: { PATH: at(env.PATH ?? '') } };
    const place = cwd === undefined ? {} : { cwd: at(cwd) };
    const around = { PATH: at(outside ?? '/nowhere') };
    expect(await commandProblem({ argv: [at(program)], ...own, ...place }, around)).toBe(problem && at(problem));
    // What the system does with the same.
    const { status } = spawnSync(at(program), [], { ...place, env: { ...around, ...own.env } });
    expect(status === 7).toBe(problem === undefined);
  });
});
