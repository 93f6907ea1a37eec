import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { Sampler } from './sampler.ts';
import { groupSeconds, lookAt, TICKS } from './system.ts';
import type { LoadTarget } from './types.ts';

const cores = cpus().length;
const seconds = 16;
const k6 = 1;
const group = 2;

let server: Server | undefined;
let child: ChildProcess | undefined;
afterEach(() => {
  server?.close();
  child?.kill('SIGKILL');
  server = undefined;
  child = undefined;
});

interface Machine {
  readonly beside: LoadTarget['beside'];
  /** Cores that the target has busy, as its group and as its page tell; undefined: not told. */
  readonly byGroup?: number;
  readonly byPage?: number;
  /** Seconds at which the page cannot be read. */
  readonly silent?: (at: number) => boolean;
}

/** A machine with all cores busy but half a core, of which k6 has a tenth; what it tells of others. */
async function othersOf({ beside, byGroup, byPage, silent = () => false }: Machine): Promise<number | undefined> {
  let at = 0;
  let metrics: LoadTarget['metrics'];
  if (byPage !== undefined) {
    server = createServer((_request, answer) => {
      answer.statusCode = silent(at) ? 503 : 200;
      answer.end(`process_cpu_seconds_total ${50 + at * byPage}\nprocess_resident_memory_bytes 1000\n`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    metrics = { url: `http://127.0.0.1:${port}/`, atRest: [], settling: [], withinMs: 1 };
  }
  const sampler = new Sampler(metrics, beside, {
    lookAt: async (pid) => (pid === k6 ? { cpuSeconds: at * 0.1, bytes: 1 } : undefined),
    machineTicks: async () => ({ all: at * TICKS * cores, idle: at * TICKS * 0.5 }),
    groupSeconds: (wanted) => (wanted === group ? 3 + at * (byGroup ?? 0) : 0),
  });
  for (; at <= seconds; at += 1) await sampler.look(at, k6, []);
  return sampler.othersCores;
}

const rest = cores - 0.5 - 0.1;

describe('what is left for other programs', () => {
  it.each<readonly [string, Machine, number | undefined]>([
    ['a target elsewhere: all that is not ours', { beside: undefined, byPage: 1 }, rest],
    ['a target that was started: without its group', { beside: { group }, byGroup: 1 }, rest - 1],
    ['one that runs by itself: without what its page tells', { beside: {}, byPage: 1 }, rest - 1],
    ['one of several processes: the page tells of one', { beside: { group }, byGroup: 1.2, byPage: 0.3 }, rest - 1.2],
    ['one beside us of which nothing is known: not told', { beside: {} }, undefined],
    [
      'a page that a busy target does not give now and then: nothing of it is charged to others',
      { beside: {}, byPage: 1, silent: (at) => at === 6 },
      rest - 1,
    ],
  ])('%s', async (_name, machine, wanted) => {
    const others = await othersOf(machine);
    if (wanted === undefined) expect(others).toBeUndefined();
    else expect(others).toBeCloseTo(Math.max(0, wanted), 1);
  });
});

it('knows what a group used, with the children that it has and those that have ended', async () => {
  const burn = 'while(process.cpuUsage().user<150_000);';
  const program = `const {spawnSync}=require('child_process');spawnSync(process.execPath,['-e',${JSON.stringify(burn)}]);
    require('child_process').spawn(process.execPath,['-e',${JSON.stringify(`${burn}console.log('burnt');setInterval(()=>{},1000)`)}],{stdio:'inherit'});`;
  child = spawn(process.execPath, ['-e', program], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error('it was not started');
  await once(stdout, 'data');
  const own = (await lookAt(pid))?.cpuSeconds ?? 0;
  expect(groupSeconds(pid)).toBeGreaterThan(own + 0.2);
  process.kill(-pid, 'SIGKILL');
});
