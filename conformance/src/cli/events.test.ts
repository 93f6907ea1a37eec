import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEvents } from './events.ts';
import { judge } from './judge.ts';
import { fakeParts, recordedIo } from './testing/world.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'events-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(place: string | undefined): Promise<{ readonly out: string; readonly err: string }> {
  const io = recordedIo();
  const stream = openEvents(place, io, ['a', 'b', 'c', 'd', 'e']);
  const parts = { ...fakeParts('good'), ...(stream.events === undefined ? {} : { events: stream.events }) };
  await judge({ runner: 'auto', report: join(directory, 'report'), concurrency: 2 }, parts, stream.io);
  stream.close();
  return io.said;
}

const names = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => String((JSON.parse(line) as { event: unknown }).event));
const EXPECTED = ['run-started', 'collected', 'test-started', 'test-finished', 'run-finished'];

it('a file gets the events of a run, and the terminal its words', async () => {
  const file = join(directory, 'events.ndjson');
  const { out } = await run(file);
  const told = names(await readFile(file, 'utf8'));
  expect([...new Set(told)]).toEqual(EXPECTED);
  expect(told.filter((name) => name === 'test-finished')).toHaveLength(2);
  expect(out).toContain('conformance: 2 passed');
});

it('a file with the events of an earlier run loses them when the run begins, and not before', async () => {
  const file = join(directory, 'events.ndjson');
  await writeFile(file, 'earlier\n');
  openEvents(file, recordedIo(), []).close();
  expect(await readFile(file, 'utf8')).toBe('earlier\n');
  await run(file);
  expect([...new Set(names(await readFile(file, 'utf8')))]).toEqual(EXPECTED);
});

it('standard output gets nothing but the events, the words go to standard error', async () => {
  const { out, err } = await run('-');
  expect([...new Set(names(out))]).toEqual(EXPECTED);
  expect(err).toContain('conformance: 2 passed');
});

it('without the option nothing changes', async () => {
  expect((await run(undefined)).out).toContain('conformance: 2 passed');
});

it('a place that cannot be written is refused before anything starts', () => {
  expect(() => openEvents(join(directory, 'no', 'such'), recordedIo(), [])).toThrow(
    /^--ndjson .*no\/such cannot be written: there is no such folder\.$/,
  );
});
