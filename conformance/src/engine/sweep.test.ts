import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { newRun } from './owner.ts';
import { sweepOrphans, sweepRun } from './sweep.ts';
import { docker, engine, image, leftOf } from './testing/engine.ts';

const maker = fileURLToPath(new URL('./testing/maker.ts', import.meta.url));
const started: { readonly child: ChildProcess; readonly run: string }[] = [];

afterEach(async () => {
  for (const { child, run } of started.splice(0)) {
    child.kill('SIGKILL');
    await sweepRun(docker(), run);
  }
});

/** A process that has made its things; gives it and the name of its run. */
async function make(watched: boolean): Promise<{ child: ChildProcess; run: string }> {
  const run = newRun();
  const child = spawn(process.execPath, [maker, run, image ?? '', watched ? 'watched' : ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push({ child, run });
  await once(child.stdout ?? child, 'data');
  return { child, run };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

const later = { timeout: 60_000, interval: 100 };
const patient = { timeout: 90_000 };

describe.skipIf(engine === undefined || image === undefined)('what a run made, on a real engine', patient, () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)('goes when its maker ends by %s', async (signal) => {
    const { child, run } = await make(true);
    expect((await leftOf(run)).map((one) => one.split(' ')[0])).toEqual(['container', 'network', 'volume']);
    await end(child, signal);
    await expect.poll(() => leftOf(run), later).toEqual([]);
  });

  it('is found by the next run, should the watcher be gone as well', async () => {
    const { child, run } = await make(false);
    await end(child, 'SIGKILL');
    expect(await leftOf(run)).toHaveLength(3);
    await sweepOrphans(docker());
    expect(await leftOf(run)).toEqual([]);
  });

  it('is left alone by the next run while its maker lives', async () => {
    const { run } = await make(false);
    await sweepOrphans(docker());
    expect(await leftOf(run)).toHaveLength(3);
  });

  it('is counted when it is removed, and once only', async () => {
    const { run } = await make(false);
    expect(await sweepRun(docker(), run)).toBe(3);
    expect(await sweepRun(docker(), run)).toBe(0);
  });
});
