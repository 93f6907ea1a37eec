import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binaryPath, cacheRoot, type Place, prune } from './cache.ts';
import { K6Error } from './errors.ts';
import { findK6, labelOf } from './find.ts';
import { ownRecipe, xk6SipRecipe } from './recipe.ts';
import type { Ended, Tool, ToolOptions } from './tool.ts';

const own = 'k6 v1.8.1 (go1.26.8, linux/amd64)\nExtensions:\n  mediaservice.example/load/sip , k6/x/sip [js]\n';
const theirs =
  'k6 v2.3.0 (go1.26.8, linux/amd64)\nExtensions:\n  github.com/Dmitry-Fedotov-Dev/xk6-sip v0.4.0, k6/x/sip [js]\n';
const bare = 'k6 v1.8.1 (go1.26.8, linux/amd64)\n';

let folder: string;
let module: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-k6-test-'));
  module = join(folder, 'sip');
  await mkdir(module);
  await writeFile(join(module, 'go.mod'), 'module m\n\ngo 1.25.0\n\nrequire go.k6.io/k6 v1.8.1\n');
  await writeFile(join(module, 'module.go'), 'package sip\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Machine {
  /** What `go env GOVERSION` answers; absent: there is no Go. */
  readonly go?: string;
  /** What `go build` or `go mod` says when it fails. */
  readonly fails?: string;
  /** What a built k6 says of itself. */
  readonly k6?: string;
}

/** A machine on which Go writes an empty file for a binary. */
function machine({ go, fails, k6 = own }: Machine): { readonly run: Tool; readonly ran: string[] } {
  const ran: string[] = [];
  const ok = (stdout: string): Ended => ({ code: 0, stdout, stderr: '' });
  const run = async (file: string, args: readonly string[], { onLine }: ToolOptions = {}): Promise<Ended> => {
    ran.push([file.split('/').at(-1), args[0], args[1]].join(' '));
    if (args[0] === 'version') return ok(k6);
    if (go === undefined) return { code: null, stdout: '', stderr: 'ENOENT' };
    if (args[0] === 'env') return ok(`${go}\n`);
    if (fails !== undefined) return { code: 1, stdout: '', stderr: fails };
    onLine?.('a package');
    if (args[0] === 'build') await writeFile(args[args.indexOf('-o') + 1] ?? '', 'binary');
    return ok('');
  };
  return { run, ran };
}

const find = (
  on: { readonly run: Tool },
  wish: { path?: string; extension?: 'own' | 'xk6-sip' } = {},
  said: string[] = [],
) =>
  findK6(
    { extension: 'own', ...wish, env: { XDG_CACHE_HOME: folder }, say: (line) => said.push(line) },
    { run: on.run, platform: 'linux', arch: 'x64', own: module },
  );

describe('a k6 that K6 names', () => {
  it.each([
    { name: 'ours', k6: own, version: 'v1.8.1', extension: 'own' },
    { name: 'one with xk6-sip', k6: theirs, version: 'v2.3.0', extension: 'xk6-sip v0.4.0' },
  ])('is taken as it is: $name', async ({ k6, version, extension }) => {
    const on = machine({ k6 });
    expect(await find(on, { path: '/opt/k6' })).toEqual({ path: '/opt/k6', version, extension });
    expect(on.ran).toEqual(['k6 version ']);
  });

  it.each([
    { name: 'without the module', k6: bare, fault: 'no-module', says: /k6 1\.8\.1 without k6\/x\/sip/ },
    { name: 'another program', k6: 'cat (GNU coreutils) 9\n', fault: 'not-k6', says: /K6=\/opt\/k6 is no k6/ },
  ])('is refused: $name', async ({ k6, fault, says }) => {
    await expect(find(machine({ k6 }), { path: '/opt/k6' })).rejects.toMatchObject({
      fault,
      exitCode: 2,
      message: expect.stringMatching(says),
    });
  });

  it('is refused when it is not there', async () => {
    const run: Tool = async () => ({ code: null, stdout: '', stderr: 'spawn /opt/k6 ENOENT' });
    await expect(find({ run }, { path: '/opt/k6' })).rejects.toMatchObject({
      fault: 'not-k6',
      message: 'K6=/opt/k6 cannot be started: spawn /opt/k6 ENOENT.',
    });
  });
});

describe('a k6 that is built', () => {
  it('is built once, and again when the module changes', async () => {
    const on = machine({ go: 'go1.26.8' });
    const said: string[] = [];
    const first = await find(on, {}, said);
    expect(first).toMatchObject({ version: 'v1.8.1', extension: 'own' });
    expect(said.join('\n')).toMatch(/building k6 v1\.8\.1 with own[\s\S]*built in \d+ s/);
    expect(await find(on)).toEqual(first);
    expect(on.ran.filter((line) => line.startsWith('go build'))).toHaveLength(1);
    await writeFile(join(module, 'module.go'), 'package sip // another\n');
    expect((await find(on)).path).not.toBe(first.path);
    expect(on.ran.filter((line) => line.startsWith('go build'))).toHaveLength(2);
  });

  it('leaves no part of a binary behind when it fails', async () => {
    await expect(find(machine({ go: 'go1.26.8', fails: 'module.go:3:1: syntax error' }))).rejects.toMatchObject({
      fault: 'build',
      message: expect.stringMatching(/could not be built:\nmodule\.go:3:1: syntax error/),
    });
    const place: Place = { platform: 'linux', arch: 'x64', env: { XDG_CACHE_HOME: folder } };
    const { key } = await ownRecipe(module);
    expect(await readdir(join(binaryPath(place, key), '..'))).toEqual([]);
  });

  const proxy =
    'go: github.com/Dmitry-Fedotov-Dev/xk6-sip@v0.4.0: reading https://proxy/x.zip: 403 Forbidden\n\tserver response: This module version is not available.';
  it.each([
    {
      name: 'no Go',
      on: {},
      fault: 'no-go',
      says: /^There is no Go to build k6 with: install Go 1\.25 or later, or .*K6=path/,
    },
    { name: 'an old Go', on: { go: 'go1.22.1' }, fault: 'old-go', says: /^Go 1\.22\.1 is too old/ },
    {
      name: 'a proxy that refuses',
      on: { go: 'go1.26.8', fails: proxy },
      fault: 'not-to-be-had',
      says: /xk6-sip v0\.4\.0 \(403 Forbidden\)/,
    },
    {
      name: 'no network',
      on: { go: 'go1.26.8', fails: 'dial tcp: lookup proxy: no such host' },
      fault: 'offline',
      says: /cannot be reached: set GOPROXY/,
    },
  ])('is a sentence when it cannot be: $name', async ({ on, fault, says }) => {
    const failure = await find(machine(on)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(K6Error);
    expect(failure).toMatchObject({ fault, exitCode: 2, message: expect.stringMatching(says) });
  });

  it('is of another recipe with xk6-sip', async () => {
    const on = machine({ go: 'go1.26.8', k6: theirs });
    expect(await find(on, { extension: 'xk6-sip' })).toMatchObject({ version: 'v2.3.0', extension: 'xk6-sip v0.4.0' });
    expect(on.ran).toContain('go mod tidy');
    expect(xk6SipRecipe().files?.['main.go']).toContain('_ "github.com/Dmitry-Fedotov-Dev/xk6-sip"');
  });
});

it.each([
  { name: 'Linux', place: { platform: 'linux', env: { HOME: '/home/a' } }, root: '/home/a/.cache/mediaservice-load' },
  {
    name: 'XDG',
    place: { platform: 'linux', env: { HOME: '/home/a', XDG_CACHE_HOME: '/c' } },
    root: '/c/mediaservice-load',
  },
  {
    name: 'macOS',
    place: { platform: 'darwin', env: { HOME: '/Users/a' } },
    root: '/Users/a/Library/Caches/mediaservice-load',
  },
  { name: 'Windows', place: { platform: 'win32', env: { LOCALAPPDATA: '/L' } }, root: '/L/mediaservice-load/cache' },
] as const)('the cache is where $name has it', ({ place, root }) => {
  expect(cacheRoot({ ...place, arch: 'x64' })).toBe(root);
});

it('keeps the five binaries that were used last', async () => {
  const place: Place = { platform: 'linux', arch: 'x64', env: { XDG_CACHE_HOME: folder } };
  for (let i = 0; i < 7; i++) {
    const path = join(cacheRoot(place), `k6-${i}`);
    await mkdir(path, { recursive: true });
    await utimes(path, i, 1000 + ((i * 3) % 7));
  }
  await prune(place);
  expect((await readdir(cacheRoot(place))).sort()).toEqual(['k6-1', 'k6-2', 'k6-3', 'k6-4', 'k6-6']);
});

it.each([
  ['  github.com/Dmitry-Fedotov-Dev/xk6-sip v0.4.0, k6/x/sip [js]', 'xk6-sip v0.4.0'],
  ['  mediaservice.example/load/sip (devel), k6/x/sip [js]', 'own'],
])('names the extension of %s', (line, label) => {
  expect(labelOf(line)).toBe(label);
});
