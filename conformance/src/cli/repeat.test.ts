import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Report } from '../report/model.ts';
import { prepareReport } from '../report/write.ts';
import { EXIT } from '../verdict/exit-code.ts';
import { type JudgeOptions, judge } from './judge.ts';
import { fakeParts, recordedIo } from './testing/world.ts';

const counter = join(tmpdir(), `flaky-${process.pid}`);
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'repeat-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
  await rm(counter, { force: true });
});

const schema = JSON.parse(readFileSync(new URL('../../../spec/report.schema.json', import.meta.url), 'utf8'));
const options = (repeat: number): JudgeOptions => ({ runner: 'auto', report: directory, concurrency: 4, repeat });
const reportIn = async (...place: readonly string[]): Promise<Report> =>
  JSON.parse(await readFile(join(directory, ...place, 'report.json'), 'utf8'));
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);
const kept = async () => (await readdir(directory)).filter((name) => name.startsWith('repetition-'));

it('finds no flake where all is the same, and keeps one report', async () => {
  await prepareReport(join(directory, 'repetition-7'));
  await writeFile(join(directory, 'repetition-7', 'report.json'), '{}');
  const [io, parts] = [recordedIo(), fakeParts('good')];
  expect(await judge(options(3), parts, io)).toBe(EXIT.conformant);
  expect(lastLine(io.said.out)).toBe('flakes: 0 of 2 tests in 3 repetitions');
  expect(parts.closed.times).toBe(1);
  expect(await kept()).toEqual([]);
  expect((await reportIn()).repetitions).toMatchObject({ count: 3, tests: 2, flakes: [] });
});

it('leaves folders with such a name that no run has written', async () => {
  const own = join(directory, 'repetition-7', 'evidence');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'case-file.txt'), 'mine');
  await mkdir(join(directory, 'repetition-8'));
  await writeFile(join(directory, 'repetition-8', 'notes.txt'), 'mine');
  expect(await judge(options(2), fakeParts('good'), recordedIo())).toBe(EXIT.conformant);
  expect(await readFile(join(own, 'case-file.txt'), 'utf8')).toBe('mine');
  expect(await readFile(join(directory, 'repetition-8', 'notes.txt'), 'utf8')).toBe('mine');
});

it('does not begin where a repetition would be written into a folder of somebody else', async () => {
  await mkdir(join(directory, 'repetition-1'));
  await writeFile(join(directory, 'repetition-1', 'notes.txt'), 'mine');
  const parts = fakeParts('good');
  await expect(judge(options(2), parts, recordedIo())).rejects.toThrow(/repetition-1 .*has files that no run/);
  expect(await readFile(join(directory, 'repetition-1', 'notes.txt'), 'utf8')).toBe('mine');
  expect(parts.closed.times).toBe(0);
});

it('tells a flake, keeps the report of the repetition that it showed in, and is not conformant', async () => {
  const io = recordedIo();
  expect(await judge(options(3), fakeParts('flaky'), io)).toBe(EXIT.notConformant);
  expect(lastLine(io.said.out)).toBe('flakes: 1 of 2 tests in 3 repetitions');
  expect(io.said.out).toContain('session/flaky  pass 2, fail 1  (33 % other than mostly)\n  2: fail: expected "42"');
  expect(await kept()).toEqual(['repetition-2']);
  expect((await reportIn('repetition-2')).tests.find(({ id }) => id === 'session/flaky')?.verdict).toBe('fail');
  const whole = await reportIn();
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect({ valid: validate(whole), errors: validate.errors }).toEqual({ valid: true, errors: null });
  const { ending, repetitions, tests } = whole;
  expect(ending).toMatchObject({ exitCode: 1, reasons: ['repetition 2 of 3 ended so'] });
  expect(repetitions?.runs.map(({ exitCode, report }) => [exitCode, report])).toEqual([
    [0, undefined],
    [1, 'repetition-2'],
    [0, undefined],
  ]);
  expect(tests.every(({ verdict }) => verdict === 'pass')).toBe(true);
});

it('tells which test was asked again, when and why, and keeps the report of that repetition', async () => {
  const io = recordedIo();
  expect(await judge(options(3), fakeParts('asked-again'), io)).toBe(EXIT.conformant);
  expect(io.said.out).toContain(
    '1 test was asked again after an inconclusive attempt\n  1: session/held-up: the machine stood still for 900 ms\n',
  );
  expect(lastLine(io.said.out)).toBe('flakes: 0 of 2 tests in 3 repetitions');
  expect(await kept()).toEqual(['repetition-1']);
  expect((await reportIn('repetition-1')).tests.find(({ earlier }) => earlier !== undefined)?.id).toBe(
    'session/held-up',
  );
  const whole = await reportIn();
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect({ valid: validate(whole), errors: validate.errors }).toEqual({ valid: true, errors: null });
  expect(whole.repetitions?.runs.map(({ askedAgain, report }) => [askedAgain, report])).toEqual([
    [[{ id: 'session/held-up', reason: 'the machine stood still for 900 ms' }], 'repetition-1'],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

it.each(['good', 'flaky', 'asked-again'])('names no place that is not there when all is over: %s', async (file) => {
  const io = recordedIo();
  await judge(options(3), fakeParts(file), io);
  const named = io.said.out.match(/(?<=^report: ).*$/gm) ?? [];
  const there = await Promise.all((await kept()).map((one) => join(directory, one, 'report.html')));
  expect(named.toSorted()).toEqual([...there, join(directory, 'report.html')].toSorted());
});

it('is no flake to fail each time, and not conformant either', async () => {
  const io = recordedIo();
  expect(await judge({ ...options(2), area: 'ivr' }, fakeParts('mixed'), io)).toBe(EXIT.notConformant);
  expect(lastLine(io.said.out)).toBe('flakes: 0 of 2 tests in 2 repetitions');
});

it('ends where it is stopped', async () => {
  const io = recordedIo();
  const running = judge(options(5), fakeParts('endless'), io);
  await expect.poll(() => io.said.out).toContain('session/done');
  for (const interrupt of io.interrupts) interrupt();
  expect(await running).toBe(EXIT.incomplete);
  expect(lastLine(io.said.out)).toBe('flakes: 0 of 2 tests in 1 repetition');
});
