import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bin/mediaservice-conformance.js', import.meta.url));
const run = promisify(execFile);

/** The program as a Node of another version would run it: what the file asks for is the only thing that differs. */
async function underNode(version: string): Promise<{ code: number; stderr: string }> {
  const source = await readFile(program, 'utf8');
  const body = source.replace(/^#!.*\n/, '');
  const pretend = `Object.defineProperty(process, 'version', { value: 'v${version}' });
    Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`;
  try {
    const { stderr } = await run(process.execPath, ['--input-type=module', '-e', `${pretend}\n${body}`]);
    return { code: 0, stderr };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stderr' in error)) throw error;
    return { code: Number(error.code), stderr: String(error.stderr) };
  }
}

it.each(['18.19.0', '20.20.2', '22.12.0'])('Node %s gets one sentence and exit code 2', async (version) => {
  expect(await underNode(version)).toEqual({
    code: 2,
    stderr: `mediaservice-conformance: Node.js 24 or later is needed, this is v${version}; \`make conformance\` brings its own.\n`,
  });
});

it('this Node runs the program', async () => {
  const { stdout } = await run(process.execPath, [program, 'explain', '3']);
  expect(stdout).toMatch(/^exit code 3\n {2}Vacuous or incomplete/);
});
