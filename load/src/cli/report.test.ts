import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { figuresOf } from '../figures/testing/figures.ts';
import { main } from './main.ts';
import { heardIo } from './testing/heard.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-page-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function report(): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { io, said } = heardIo();
  return { code: await main(['report', directory], io), ...said };
}

const head = {
  ...{ formatVersion: 1, tool: { name: 'mediaservice-load', version: '0.1.0' }, started: '2026-01-02T03:04:05Z' },
  ...{ seconds: 1, target: { name: 'a target', embedded: false }, k6: { version: 'v1', extension: 'own' } },
};
const run = {
  ...head,
  machine: { cpus: 2, model: 'x', node: 'v24', kernel: 'Linux' },
  ...{ scenario: 'ivr', setting: { calls: 1, durationSeconds: 1, rampSeconds: 0, talkSeconds: 1 } },
  ...{ figures: figuresOf(), objectives: [], series: [], ending: { exitCode: 0, reasons: [] } },
};
const search = { ...head, kind: 'capacity', searches: [] };

it.each([
  ['of a run', 'report.json', run, 'ivr against a target'],
  ['of a search', 'capacity.json', search, 'Capacity of a target'],
])('writes the page %s again', async (_name, file, content, title) => {
  await writeFile(join(directory, file), JSON.stringify(content));
  const { code, out } = await report();
  expect(out).toBe(`${join(directory, 'report.html')}\n`);
  expect(code).toBe(0);
  expect(await readFile(join(directory, 'report.html'), 'utf8')).toContain(`<h1>${title}</h1>`);
});

it.each([
  ['nothing is there', undefined, /none of report\.json, capacity\.json, compare\.json/],
  ['it is no JSON', '{', /is no JSON/],
  ['it is no report', '{}', /no report of a format/],
  ['it is of a later format', JSON.stringify({ ...run, formatVersion: 2 }), /no report of a format/],
  ['half of it is missing', JSON.stringify(head), /no report of a format/],
])('says so when %s', async (_name, content, said) => {
  if (content !== undefined) await writeFile(join(directory, 'report.json'), content);
  const { code, err } = await report();
  expect(err).toMatch(said);
  expect(err).not.toMatch(/\n {4}at /);
  expect(code).toBe(2);
});
