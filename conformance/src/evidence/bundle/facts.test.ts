import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunResult } from '../../run/result.ts';
import { NO_HARNESS } from '../../run/testing/harness.ts';
import type { Target } from '../../target/types.ts';
import { FACTS, type RunFacts, readFacts, writeFacts } from './facts.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mediaservice-test-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const ready = { url: 'http://127.0.0.1/', timeoutMs: 1 };
const container = { network: 'bridge', ready: { timeoutMs: 1 }, stopMs: 1 } as const;
const written = async (change: Partial<Target>): Promise<string> => {
  const target = { ...NO_HARNESS.target, ...change };
  const facts = { target, described: { restBaseUrl: target.rest.baseUrl } } as unknown as RunFacts;
  await writeFacts(directory, facts, { scenarios: [] } as unknown as RunResult);
  return readFile(join(directory, FACTS), 'utf8');
};

it.each<[string, Partial<Target>]>([
  ['a variable of a container', { container: { ...container, env: { DB: 'opens' } } }],
  ['a file of a container', { container: { ...container, files: [{ to: '/x', content: 'all: opens' }] } }],
  ['the command of a container', { container: { ...container, command: ['serve', 'opens'] } }],
  ['an argument of a build', { container: { ...container, build: { context: '.', args: { A: 'opens' } } } }],
  ['a variable of a command', { command: { argv: ['serve'], env: { DB: 'opens' }, ready, stopMs: 1 } }],
  ['an argument of a command', { command: { argv: ['serve', 'opens'], ready, stopMs: 1 } }],
  ['userinfo of the API', { rest: { baseUrl: 'http://me:opens@127.0.0.1:8080/x' } }],
  ['a short one', { rest: { baseUrl: 'http://opens:x@127.0.0.1:8080/x' } }],
  ['userinfo of metrics', { metrics: { url: 'http://me:opens@127.0.0.1/m', atRest: [] } }],
  [
    'userinfo of a page that is waited for',
    { container: { ...container, ready: { url: 'http://me:opens@h/', timeoutMs: 1 } } },
  ],
  ['a text to redact', { redact: ['opens', 'Жанна'], description: 'Жанна opens' }],
])('run.json does not hold %s', async (_, change) => {
  const text = await written(change);
  expect(text).not.toMatch(/opens|Жанна/);
});

it('run.json keeps of a target what it was, names of variables and places', async () => {
  await written({
    rest: { baseUrl: 'http://me:opens@127.0.0.1:8080/x' },
    container: {
      ...container,
      image: 'pbx:1',
      env: { LEVEL: 'debug' },
      command: ['serve', 'all'],
      files: [{ to: '/x', content: 'y' }],
    },
  });
  const { target } = await readFacts(directory);
  expect(new URL(target.rest.baseUrl)).toMatchObject({ host: '127.0.0.1:8080', pathname: '/x' });
  expect(target.container).toEqual({
    ...container,
    ...{ image: 'pbx:1', env: { LEVEL: '…' }, command: ['serve', '…'], files: [{ to: '/x', content: '…' }] },
  });
});
