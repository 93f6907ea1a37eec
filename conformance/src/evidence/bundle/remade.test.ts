import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildReport } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { sampleInput } from '../../report/testing/sample.ts';
import { writeReport } from '../../report/write.ts';
import { remade } from './remade.ts';

const built = buildReport(sampleInput(4, 5));
const { timelines } = built;
const report = JSON.parse(JSON.stringify(built.report)) as Report;
const [test] = report.tests.filter(({ evidence }) => evidence !== undefined);
if (test?.evidence === undefined) throw new Error('the sample has no evidence');
const { evidence, id } = test;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'remade-'));
  await writeReport(directory, report, timelines);
});
afterEach(() => rm(directory, { recursive: true, force: true }));
const held = (open: readonly string[] = []) => remade(directory, report, timelines, new Set(open));

it('is the same for what was written', async () => {
  expect(await held()).toEqual([]);
});

it('tells of a timeline that is not of the record, and of what it would make', async () => {
  const path = join(directory, evidence, 'timeline.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('INVITE', 'BYE'));
  expect((await held())[0]).toBe(`${evidence}/timeline.json: it is not what the record leads to`);
});

it.each(['report.html', 'junit.xml', 'badge.svg', `${evidence}/sip.txt`])(
  'tells of another %s, and of none',
  async (name) => {
    await appendFile(join(directory, name), ' ');
    expect(await held()).toEqual([expect.stringMatching(/: it is not what .* makes?$/)]);
    await rm(join(directory, name));
    expect(await held()).toEqual([`${name}: it is not there`]);
  },
);

it('leaves the timeline of a test that was not judged again as it is', async () => {
  const others = new Map([...timelines].filter(([key]) => key !== id));
  expect(await remade(directory, report, others, new Set())).toHaveLength(1);
  expect(await remade(directory, report, others, new Set([id]))).toEqual([]);
});

it('reads nothing outside of the bundle', async () => {
  const evil = { ...report, tests: [{ ...test, evidence: '../../outside' }] };
  const differences = await remade(directory, evil, timelines, new Set());
  expect(differences.join()).not.toContain('outside');
});
