import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bin/mediaservice-conformance.js', import.meta.url));
const run = promisify(execFile);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bin-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An npm that answers as this script says; it writes down what it was asked for. */
async function npm(script: string): Promise<void> {
  const file = join(folder, 'npm');
  await writeFile(file, `#!/bin/sh\necho "$@" > "${folder}/asked"\n${script}\n`);
  await chmod(file, 0o755);
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as a Node of another version would run it: what it reads of the version is the only thing that differs. */
async function underNode(version: string, ...args: readonly string[]): Promise<Ended> {
  const pretend = `Object.defineProperty(process, 'version', { value: 'v${version}' });
    Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`;
  const preload = `data:text/javascript,${encodeURIComponent(pretend)}`;
  const env = { ...process.env, PATH: `${folder}:/usr/bin:/bin` };
  try {
    return { code: 0, ...(await run(process.execPath, ['--import', preload, program, ...args], { env })) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stderr' in error && 'stdout' in error)) throw error;
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

it.each([
  ['fails', 'echo "no network" >&2; exit 1'],
  ['says nothing', 'exit 0'],
])('an old Node gets one sentence and exit code 2 where npm %s', async (_name, script) => {
  await npm(script);
  expect(await underNode('20.20.2', 'explain', '3')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'mediaservice-conformance: Node.js 24 or later is needed, this is v20.20.2, and npm could not fetch one.\n',
  });
});

it.each(['18.19.0', '20.20.2', '22.12.0'])(
  'Node %s runs the program under the Node that npm brings',
  async (version) => {
    await npm(`echo "${process.execPath}"`);
    const { code, stdout, stderr } = await underNode(version, 'explain', '3');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^exit code 3\n {2}Vacuous or incomplete/);
  },
);

it('passes the exit code on', async () => {
  await npm(`echo "${process.execPath}"`);
  expect((await underNode('20.20.2', '--no-such-option')).code).toBe(2);
});

it('this Node runs the program, and asks npm for nothing', async () => {
  await npm('exit 1');
  const env = { ...process.env, PATH: `${folder}:/usr/bin:/bin` };
  const { stdout } = await run(process.execPath, [program, 'explain', '3'], { env });
  expect(stdout).toMatch(/^exit code 3\n {2}Vacuous or incomplete/);
});
