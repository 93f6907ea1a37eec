import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { connectApp, newApp, type SrfDialog } from '../testing/srf/app.ts';
import { app, engine, quiet, sdp, until, uriOf } from '../testing/srf/world.ts';

const bin = fileURLToPath(new URL('../sip-engine.ts', import.meta.url));

interface Run {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  code: Promise<number | null>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout?.on('data', (bytes) => {
    out += String(bytes);
  });
  child.stderr?.on('data', (bytes) => {
    err += String(bytes);
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, out: () => out, err: () => err, code: once(child, 'close').then(([code]) => code) };
}

it.each([
  { name: 'its use', args: ['--help'], out: /--sip <protocol>/ },
  { name: 'its version', args: ['--version'], out: /^\d+\.\d+\.\d+/ },
])('says $name', async ({ args, out }) => {
  const ran = run(...args);
  expect(await ran.code).toBe(0);
  expect(ran.out()).toMatch(out);
});

it('says in one sentence that a port is in use, with exit code 2', async () => {
  const taken = await engine();
  const [udp] = taken.sipAddresses;
  const ran = run('--sip', `udp:127.0.0.1:${udp?.port}`, '--app', '127.0.0.1:0', '--secret', 's');
  expect(await ran.code).toBe(2);
  expect(ran.err()).toBe(`udp:127.0.0.1:${udp?.port} is already in use.\n`);
});

it('ends after its last call when it is told to', async () => {
  const ran = run('--sip', 'udp:127.0.0.1:0', '--app', '127.0.0.1:0', '--secret', 's', '--quiet');
  await until(() => expect(ran.out()).toMatch(/applications .*\n/));
  const sip = /SIP udp (.*):(\d+)/.exec(ran.out());
  const apps = /applications (.*):(\d+)/.exec(ran.out());
  const callee = newApp();
  const answered: SrfDialog[] = [];
  callee.invite((request, response) => {
    void callee.createUAS(request, response, { localSdp: sdp(4000) }).then((dialog) => answered.push(dialog));
  });
  await connectApp(callee, { host: apps?.[1] ?? '', port: Number(apps?.[2]) }, 's');
  const near = await engine();
  const caller = await app(near);
  const uri = `sip:bob@${sip?.[1]}:${sip?.[2]}`;
  const dialog = await caller.createUAC(uri, { localSdp: sdp(5000) });
  ran.child.kill('SIGTERM');
  const refused = await until(async () => {
    const error = await caller.createUAC(uri, { localSdp: sdp(5000) }).catch((failure) => failure);
    expect(error.status).toBe(503);
  });
  expect(refused).toBeUndefined();
  expect(ran.child.exitCode).toBeNull();
  await dialog.destroy();
  expect(await ran.code).toBe(0);
  await quiet(near);
  expect(uriOf(near)).toContain('127.0.0.1');
});
