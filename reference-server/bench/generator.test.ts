/** The load program itself, against itself and a relay of its own kind. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Load, parseResult, runLoad } from './generator.ts';
import { startPlain } from './peers/plain.ts';
import { direct } from './plan.ts';
import { NotHere, program } from './programs.ts';
import { farPort } from './setting.ts';

const quantiles = { p50: 1, p99: 2, p999: 3, max: 4 };
const result = {
  ...{ seconds: 1, sent: 2, received: 2, duplicates: 0, reordered: 0, misdirected: 0, malformed: 0, own: 0, gaps: 0 },
  ...{ still: 0, deaf: 0, failedSends: 0, dropped: 0, cpu: 0.1, latency: quantiles, late: quantiles },
};

describe('what the load program says', () => {
  it('is taken whole', () => {
    expect(parseResult(JSON.stringify(result))).toEqual(result);
  });

  it.each(['sent', 'dropped', 'latency', 'late'] as const)('is refused without %s', (name) => {
    const { [name]: _, ...rest } = result;
    expect(() => parseResult(JSON.stringify(rest))).toThrow(name);
  });
});

const compiler = process.platform === 'linux' ? await hasCompiler() : false;

async function hasCompiler(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-cc-'));
  try {
    await program('load', folder);
    return true;
  } catch (error) {
    if (error instanceof NotHere) return false;
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('says what to install when there is no compiler', async () => {
  await expect(program('load', tmpdir(), 'no-such-compiler')).rejects.toThrow(/no C compiler .*'apt install gcc/);
});

describe.runIf(compiler)('the load program', () => {
  let folder = '';
  let load: Load;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-load-'));
    const file = await program('load', folder);
    load = { program: file, port: await farPort(), warmupMs: 100, measureMs: 300, quantumUs: 500 };
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('gets all that it sends to itself, each packet once', async () => {
    const run = await runLoad(load, direct(3), [process.pid]);
    expect(run).toMatchObject({ sent: 90, received: 90, duplicates: 0, reordered: 0, misdirected: 0, deaf: 0 });
    expect(run.latency.p50).toBeGreaterThanOrEqual(0);
    expect(run.watched).toHaveLength(1);
  });

  it('passes through a relay and back', async () => {
    const relay = await startPlain(await program('plain', folder), 3);
    try {
      const run = await runLoad(load, relay.ends, [relay.pid ?? 0]);
      expect(run).toMatchObject({ sent: 90, received: 90, misdirected: 0, malformed: 0 });
      expect(run.watched[0]).toBeGreaterThan(0);
    } finally {
      await relay.close();
    }
  });

  it('counts as lost what nobody passes on', async () => {
    const relay = await startPlain(await program('plain', folder), 1);
    const ends = relay.ends;
    await relay.close();
    const run = await runLoad(load, ends, []);
    expect(run).toMatchObject({ sent: 30, received: 0, deaf: 2 });
  });

  it('notices packets that another should have got', async () => {
    const relay = await startPlain(await program('plain', folder), 2);
    try {
      // Each hears its own call but waits for the other one's.
      const run = await runLoad(
        load,
        relay.ends.map((end, index) => ({ ...end, from: index ^ 2 })),
        [],
      );
      expect(run.received).toBe(0);
      expect(run.misdirected).toBeGreaterThan(50);
    } finally {
      await relay.close();
    }
  });
});
