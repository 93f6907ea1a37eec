import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildReport } from '../report/build.ts';
import { sampleInput } from '../report/testing/sample.ts';
import { diff } from './diff.ts';
import { recordedIo } from './testing/world.ts';

const { report } = buildReport(sampleInput(40, 100));
const better = { ...report, tests: report.tests.map((test) => ({ ...test, verdict: 'pass' as const })) };

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'diff-'));
  await writeFile(join(directory, 'report.json'), JSON.stringify(report));
  await writeFile(join(directory, 'better.json'), JSON.stringify(better));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('ends with 0 when nothing got worse, with 1 when something did; a folder stands for its report', async () => {
  const io = recordedIo();
  const good = join(directory, 'better.json');
  expect(await diff({ before: directory, after: good, form: 'text' }, io)).toBe(0);
  expect(io.said.out).toMatch(/tests, better:\n {2}fail → pass/);
  expect(await diff({ before: good, after: directory, form: 'text' }, io)).toBe(1);
});

it('ends with 3 when what failed is no longer judged', async () => {
  const looked = report.tests.map((test) => (test.verdict === 'fail' ? { ...test, verdict: 'inconclusive' } : test));
  const away = join(directory, 'away.json');
  await writeFile(away, JSON.stringify({ ...report, tests: looked }));
  const io = recordedIo();
  expect(await diff({ before: directory, after: away, form: 'text' }, io)).toBe(3);
  expect(io.said.out).toMatch(/tests, no longer judged:\n {2}fail → inconclusive/);
});

it('as JSON is the comparison itself', async () => {
  const io = recordedIo();
  await diff({ before: directory, after: join(directory, 'better.json'), form: 'json' }, io);
  const parsed: unknown = JSON.parse(io.said.out);
  expect(parsed).toMatchObject({ worse: false, slower: [] });
});

it.each([
  ['is not there', 'nope', undefined, /nope cannot be read as a report: there is none\./],
  ['is no JSON', 'bad.json', 'x', /bad\.json cannot be read as a report: it is no JSON\.$/],
  ['is a packed bundle', 'a.tar.gz', '\u001f\u008b\u0008', /a\.tar\.gz cannot be read as a report: it is no JSON\.$/],
  ['is something else', 'other.json', '{"formatVersion":1}', /other\.json is no report\.json of format 1\./],
])('refuses what %s', async (_name, name, text, message) => {
  const path = join(directory, name);
  if (text !== undefined) await writeFile(path, text);
  const comparing = diff({ before: path, after: directory, form: 'text' }, recordedIo());
  await expect(comparing).rejects.toThrow(message);
  await expect(comparing).rejects.toMatchObject({ code: 'bad-report' });
});
