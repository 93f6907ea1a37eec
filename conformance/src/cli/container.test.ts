/** What becomes of a target in a container when the run does not end by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engine, image, leftOf, runsOf } from '../engine/testing/engine.ts';
import { httpServer, sipServer } from '../engine/testing/server.ts';
import { EXIT } from '../verdict/exit-code.ts';

const script = fileURLToPath(new URL('testing/interruptible.ts', import.meta.url));
const patient = 120_000;
const later = { timeout: 60_000, interval: 100 };

let directory = '';
let child: ChildProcess | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'container-cli-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

/** A run that stands in its endless scenario; gives its process and the name that its things carry. */
async function begin(command: string): Promise<{ run: ChildProcess; name: string; text(): string }> {
  const file = join(directory, 'target.yaml');
  const target = {
    name: 'theirs',
    domain: 'd',
    credentials: { kind: 'bearer', token: 'known-to-nobody' },
    numbers: { prefix: '1', first: 1, last: 9 },
    container: { image, command: ['sh', '-c', command], stopMs: 0 },
  };
  await writeFile(file, JSON.stringify(target));
  const started = spawn(process.execPath, [script, join(directory, 'report'), file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let text = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const maker = started.pid ?? 0;
  await expect.poll(() => runsOf(maker), later).toHaveLength(1);
  const [name = ''] = await runsOf(maker);
  return { run: started, name, text: () => text };
}

const whole = `${sipServer(5060)} & ${httpServer(8080)}`;

describe.skipIf(engine === undefined || image === undefined)('a target in a container', () => {
  it('goes with the first Ctrl-C; report and log are kept', { timeout: patient }, async () => {
    const { run, name, text } = await begin(whole);
    await expect.poll(text, later).toContain('✓ session/done');
    run.kill('SIGINT');
    const [exitCode] = await once(run, 'close');
    expect(exitCode).toBe(EXIT.incomplete);
    expect(await leftOf(name)).toEqual([]);
    expect(await readFile(join(directory, 'report/evidence/target.log'), 'utf8')).toBe('up\n');
  });

  it.each<[string, (run: ChildProcess, text: () => string) => Promise<unknown>]>([
    [
      'a second Ctrl-C',
      async (run, text) => {
        run.kill('SIGINT');
        await expect.poll(text, later).toContain('once more ends at once');
        return run.kill('SIGINT');
      },
    ],
    ['SIGKILL', async (run) => run.kill('SIGKILL')],
  ])('goes after %s as well', { timeout: patient }, async (_name, kill) => {
    const { run, name, text } = await begin(whole);
    await expect.poll(text, later).toContain('✓ session/done');
    const gone = once(run, 'close');
    await kill(run, text);
    await gone;
    await expect.poll(() => leftOf(name), later).toEqual([]);
  });

  it('that is not ready yet does not hold up a Ctrl-C', { timeout: patient }, async () => {
    const { run, name, text } = await begin('echo never ready; exec sleep 600');
    await expect.poll(() => leftOf(name), later).toHaveLength(2);
    run.kill('SIGINT');
    const [exitCode] = await once(run, 'close');
    expect(exitCode).toBe(EXIT.incomplete);
    expect(text()).toContain('stopped before anything was judged');
    expect(await leftOf(name)).toEqual([]);
  });
});
