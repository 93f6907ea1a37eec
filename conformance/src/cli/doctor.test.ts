import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_HARNESS } from '../run/testing/harness.ts';
import { diagnosis, examine, type Patient } from './doctor.ts';
import { tcpPortProblem, udpProblem } from './ports.ts';

const plain = (_tone: string, text: string) => text;
const machine = { sipp: async () => 'SIPp v3.6.1', engine: async () => '28.0.1' };
const nothing = async () => undefined;

/** A free port: taken and given back. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function patient(change: Partial<Patient> = {}, target: object = {}): Promise<Patient> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const own = {
    callbacks: { baseUrl: url, alarmUrl: `${url}/alarm` },
    numbers: { prefix: '+46', first: 0, last: 9999 },
  };
  const whole = { ...NO_HARNESS.target, ...own, ...target };
  return {
    nodeVersion: 'v24.1.0',
    machine,
    target: async () => whole,
    ask: async () => 404,
    capabilities: new Set(['core', 'ivr']),
    env: { PATH: dirname(process.execPath) },
    ...change,
  };
}

const theirs = { image: 'theirs', network: 'bridge', ready: { timeoutMs: 1 }, stopMs: 1 };

const bad = async (who: Patient) =>
  (await examine(who)).filter(({ state }) => state === 'bad').map(({ name, fix }) => [name, fix !== undefined]);

describe('doctor', () => {
  it('finds nothing on a healthy machine', async () => {
    const checks = await examine(await patient());
    expect(checks.map(({ state }) => state)).toEqual(checks.map(() => 'good'));
    expect(diagnosis(checks, plain)).toMatchObject({ exitCode: 0 });
  });

  const rows: readonly (readonly [string, Partial<Patient>, object, readonly string[]])[] = [
    ['an old Node', { nodeVersion: 'v20.11.0' }, {}, ['node']],
    ['neither SIPp nor an engine', { machine: { sipp: nothing, engine: nothing } }, {}, ['sipp', 'container engine']],
    ['only one of the two is enough', { machine: { ...machine, sipp: nothing } }, {}, []],
    ['a target that does not answer', { ask: async () => 0 }, {}, ['target']],
    ['a container, and no engine', { machine: { ...machine, engine: nothing } }, { container: theirs }, ['target']],
    ['a container is started by the run', { ask: async () => 0 }, { container: theirs }, []],
    ['a capability that nobody knows', {}, { capabilities: ['ivr', 'teleport'] }, ['capabilities']],
    ['an address of another machine', {}, { suite: { host: '192.0.2.1' } }, ['suite address']],
    [
      'a target file that cannot be read',
      { target: () => Promise.reject(new Error('t.yaml:1: wrong')) },
      {},
      ['target file'],
    ],
  ];
  it.each(rows)('%s', async (_name, change, target, names) => {
    expect(await bad(await patient(change, target))).toEqual(names.map((name) => [name, true]));
  });

  it.each([
    ['ten', 9, [['note', '10 in the range, and each test takes one of its own']]],
    ['enough', 999, []],
  ])('says of %s numbers whether all tests find one', async (_name, last, told) => {
    const checks = await examine(await patient({}, { numbers: { prefix: '+46', first: 0, last } }));
    expect(checks.filter(({ name }) => name === 'numbers').map(({ state, text }) => [state, text])).toEqual(told);
    expect(diagnosis(checks, plain)).toMatchObject({ exitCode: 0 });
  });

  it('tells of a taken callback port', async () => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const url = `http://127.0.0.1:${address.port}`;
    expect(await bad(await patient({}, { callbacks: { baseUrl: url, alarmUrl: url } }))).toEqual([
      ['callback port', true],
    ]);
    server.close();
  });

  it('does not ask a target that a run starts itself', async () => {
    const command = { argv: ['node', '--version'], ready: { url: 'http://127.0.0.1:9', timeoutMs: 1 }, stopMs: 1 };
    expect(await bad(await patient({ ask: () => Promise.reject(new Error('asked')) }, { command }))).toEqual([]);
  });

  it('finds a target that a run cannot start', async () => {
    const command = { argv: ['no-such-program'], ready: { url: 'http://127.0.0.1:9', timeoutMs: 1 }, stopMs: 1 };
    const found = await examine(await patient({}, { command }));
    expect(found.at(-1)).toEqual({
      name: 'target',
      state: 'bad',
      text: 'started for each run by its command, and there is no program no-such-program in PATH',
      fix: 'Correct command in the target file, or install it.',
    });
  });

  it('shows each trouble with its fix and counts them', async () => {
    const { text, exitCode } = diagnosis(await examine(await patient({ nodeVersion: 'v20.11.0' })), plain);
    expect(exitCode).toBe(2);
    expect(text).toMatch(/^✗ node +v20\.11\.0\n +Node\.js 24 or later is needed/);
    expect(text.trimEnd().split('\n').at(-1)).toBe('1 to set right');
  });
});

describe('ports', () => {
  it('tell free ones from taken ones', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    expect(await tcpPortProblem(address.port)).toBe('EADDRINUSE');
    server.close();
    await once(server, 'close');
    expect(await tcpPortProblem(address.port)).toBeUndefined();
  });

  it('tell addresses of this machine from others', async () => {
    expect(await udpProblem('127.0.0.1')).toBeUndefined();
    expect(await udpProblem('192.0.2.1')).toBe('EADDRNOTAVAIL');
  });
});
