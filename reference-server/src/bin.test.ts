/** The program as a process: what it prints and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPhones } from './testing/e2e/phone.ts';
import { startWebhookApp } from './testing/webhook-app.ts';

const program = new URL('./bin.ts', import.meta.url).pathname;
// Limits for a machine that does much else; nothing waits for them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mediaservice-bin-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | null>;
}

const runs = new Set<Run>();
afterEach(async () => {
  for (const { child, ended } of runs) {
    child.kill('SIGKILL');
    await ended;
  }
  runs.clear();
});

const start = (...args: string[]): Run => startWith([], args);

function startWith(flags: readonly string[], args: readonly string[]): Run {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('MEDIASERVICE_')),
  );
  const child = spawn(process.execPath, [...flags, program, ...args], { env: environment });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const run = { child, out: () => out, err: () => err, ended };
  runs.add(run);
  return run;
}

const quiet = ['--port', '0', '--sip', 'udp:127.0.0.1:0'];

async function ready(run: Run): Promise<{ http: string; sip: string }> {
  await expect.poll(() => run.err(), { timeout: 30_000 }).toMatch(/ready after/);
  const http = /REST API +(\S+)/.exec(run.err())?.[1] ?? '';
  const sip = /udp:(\S+)/.exec(run.err())?.[1] ?? '';
  return { http, sip };
}

describe('mistakes are one clear sentence and exit code 2', () => {
  it.each<[string, () => Promise<string[]>, RegExp]>([
    ['no such file', async () => ['--config', '/nowhere.yaml'], /^\/nowhere\.yaml: there is no such settings file\n$/],
    [
      'misspelt setting',
      async () => {
        const file = join(directory, 'bad.yaml');
        await writeFile(file, 'http:\n  prot: 1\n');
        return ['--config', file];
      },
      /bad\.yaml:2: \/http\/prot: unknown setting, did you mean "port"\?\n$/,
    ],
    ['unknown option', async () => ['--prot', '1'], /^unknown option '--prot'\n\(Did you mean --port\?\)\n$/],
    ['bad listener', async () => ['--sip', '5060'], /written like udp:127\.0\.0\.1:5060/],
    [
      'unknown domain of a token',
      async () => ['token', '--data', directory, '--domain', 'x'],
      /there is no domain "x"/,
    ],
  ])('%s', async (_name, args, message) => {
    const run = start(...(await args()));
    expect(await run.ended).toBe(2);
    expect(run.err()).toMatch(message);
    expect(run.err() + run.out()).not.toMatch(/\n\s+at |\.ts:\d/);
  });

  it.each<[string, (port: number) => string[], RegExp]>([
    [
      'REST',
      (port) => ['--port', String(port), '--sip', 'udp:127.0.0.1:0'],
      /^tcp:127\.0\.0\.1:\d+ is already in use\.\n$/,
    ],
    [
      'SIP',
      (port) => ['--port', '0', '--sip', `tcp:127.0.0.1:${port}`],
      /^tcp:127\.0\.0\.1:\d+ is already in use\.\n$/,
    ],
  ])('%s port in use', async (_name, args, message) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const run = start(...args((other.address() as AddressInfo).port), '--data', directory);
    expect(await run.ended).toBe(2);
    expect(run.err()).toMatch(message);
    other.close();
  });

  it.each<[string, string, RegExp]>([
    [
      'no drachtio-server',
      '{ connectSeconds: 0.3, servers: [{ host: 127.0.0.1, port: 1, secret: x }] }',
      /^No connection to the drachtio-server 127\.0\.0\.1:1 \(nothing listens there\) within 0\.3 s\.\n$/,
    ],
    [
      'two, neither there',
      '{ connectSeconds: 0.3, servers: [{ host: 127.0.0.1, port: 1, secret: x }, { host: 127.0.0.1, port: 2, secret: x }] }',
      /^No connection to any of the drachtio-servers 127\.0\.0\.1:1 \(.+\), 127\.0\.0\.1:2 \(.+\) within 0\.3 s\.\n$/,
    ],
  ])('%s', async (name, drachtio, message) => {
    const file = join(directory, `${name}.yaml`);
    await writeFile(file, `http: { port: 0 }\nstorage: { directory: data }\ndrachtio: ${drachtio}\n`);
    const run = start('--config', file);
    expect(await run.ended).toBe(2);
    expect(run.err()).toMatch(message);
    for (const line of run.out().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
  });
});

describe('the rest of the command line', () => {
  it('--version and --help end with 0', async () => {
    const [version, help] = [start('--version'), start('--help')];
    expect([await version.ended, await help.ended]).toEqual([0, 0]);
    expect(version.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(help.out()).toMatch(/print-config/);
  });

  it('check and print-config show no secret and write nothing', async () => {
    const file = join(directory, 'own.yaml');
    const secret = 'x'.repeat(40);
    await writeFile(
      file,
      `storage: { directory: none }\ndomains:\n  - { name: a.example, auth: { secret: ${secret} }, callbacks: { baseUrl: "http://127.0.0.1:1" } }\n`,
    );
    const [check, printed] = [start('check', '-c', file), start('print-config', '-c', file)];
    expect([await check.ended, await printed.ended]).toEqual([0, 0]);
    expect(check.out()).toBe('settings are valid: a.example\n');
    expect(JSON.parse(printed.out())).toMatchObject({ domains: [{ name: 'a.example', auth: { secret: '[hidden]' } }] });
    expect(printed.out()).not.toContain(secret);
  });
});

describe('the demo domain', () => {
  it('works at once: secrets printed once, a token that REST takes, a clean end', async () => {
    const data = join(directory, 'demo');
    const first = start(...quiet, '--data', data);
    const { http } = await ready(first);
    expect(first.err()).toMatch(/demo\.mediaservice\.example {2}[\w-]{43}\n/);

    const token = start('token', '--data', data, '--hours', '1');
    expect(await token.ended).toBe(0);
    const bearer = token.out().trim();
    const { iat = 0, exp = 0, domain } = decodeJwt(bearer);
    expect([domain, exp - iat]).toEqual(['demo.mediaservice.example', 3_600]);
    const response = await fetch(`${http}/${domain}/promptfile/none.wav`, {
      headers: { Authorization: `Bearer ${bearer}` },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'unknownFile' });

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    for (const line of first.out().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');

    const second = start(...quiet, '--data', data);
    await ready(second);
    expect(second.err()).not.toMatch(/secret/i);
  });
});

describe('a call to the demo domain without any application', () => {
  it('is answered, hears the welcome, and its digits are said back', async () => {
    const phones = await startPhones();
    const run = start(...quiet, '--data', join(directory, 'alone'));
    const { sip } = await ready(run);
    expect(run.err()).toMatch(/built-in demo application/);
    const call = await phones.call(`sip:anyone@${sip}`);
    if ('status' in call) throw new Error(`refused with ${call.status}`);
    // The last note of welcome.wav.
    await expect.poll(() => call.ear.millisecondsOf(784), { timeout: 10_000 }).toBeGreaterThanOrEqual(260);
    call.ear.press('42#');
    // menu.wav follows the digits.
    await expect.poll(() => call.ear.millisecondsOf(880), { timeout: 15_000 }).toBeGreaterThanOrEqual(360);
    await call.hangup();
    await phones.close();
  }, 30_000);
});

describe('SIGTERM during a call', () => {
  async function call() {
    const app = await startWebhookApp();
    const phones = await startPhones();
    app.answer = ({ name }) => (name === 'newCall' ? { action: 'ivr' } : { phrases: [], getIVRCommandAfter: 60 });
    const run = start(...quiet, '--data', join(directory, 'call'), '--callback', app.url);
    const { http, sip } = await ready(run);
    const result = await phones.call(`sip:1@${sip}`);
    if ('status' in result) throw new Error(`refused with ${result.status}`);
    await app.next('getIvrCommand');
    const end = async () => {
      await phones.close();
      await app.close();
    };
    return { app, phones, run, http, call: result, sip, end };
  }

  it('lets it end, refuses another, then stops', async () => {
    const { app, phones, run, http, call: held, sip, end } = await call();
    run.child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${http}/readyz`)).status).toBe(503);
    expect(await phones.call(`sip:1@${sip}`)).toEqual({ status: 503 });
    await held.hangup();
    expect(await run.ended).toBe(0);
    expect(app.received.at(-1)?.name).toBe('sessionCompleted');
    await end();
  });

  it('a second one hangs up and stops', async () => {
    const { app, run, http, call: held, end } = await call();
    run.child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${http}/readyz`)).status).toBe(503);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(run.out()).toContain('"calls are cut off"');
    await held.ended;
    expect(app.received.at(-1)).toMatchObject({ name: 'sessionCompleted', body: { reason: 'error' } });
    await end();
  });
});

describe('an error that nobody caught', () => {
  it.each([
    ['thrown', 'throw new Error("boom")'],
    ['rejected', 'Promise.reject(new Error("boom"))'],
  ])('%s: logged, exit code 1', async (_name, fault) => {
    const hook = `data:text/javascript,process.on("SIGUSR2", () => { ${fault} })`;
    const run = startWith(['--import', hook], [...quiet, '--data', join(directory, 'fault')]);
    await ready(run);
    run.child.kill('SIGUSR2');
    expect(await run.ended).toBe(1);
    expect(JSON.parse(run.out().trim().split('\n').at(-1) ?? '')).toMatchObject({
      level: 'error',
      err: { message: 'boom' },
    });
    expect(run.err()).not.toContain('boom');
  });
});
