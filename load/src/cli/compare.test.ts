import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import type { CompareReport } from '../compare/model.ts';
import type { LoadReport } from '../report/model.ts';
import { readReport } from '../report/read.ts';
import { reportOf } from '../report/testing/report.ts';
import { diff } from './diff.ts';
import { heardIo } from './testing/heard.ts';
import { play } from './testing/world.ts';

const schema = JSON.parse(readFileSync(new URL('../../../spec/load-compare.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, formats: { 'date-time': true }, strictTypes: false }).compile(schema);

it('loads two targets in turns and sets their figures beside each other', async () => {
  let result: CompareReport | undefined;
  const { code, out } = await play({
    argv: ['compare', 'ivr', '--target', 'one', '--target', 'other', '--rounds', '1'],
    k6: { calls: 2, end: 'well' },
    onEnd: async (directory) => {
      result = JSON.parse(readFileSync(join(directory, 'compare.json'), 'utf8')) as CompareReport;
    },
  });
  expect(code).toBe(0);
  expect(validate(result) ? [] : validate.errors).toEqual([]);
  expect(result?.steps.map(({ side }) => side)).toEqual(['a', 'b']);
  expect(out).toMatch(
    /\nload: compare: B is better in \d+, worse in \d+, the same in \d+ measures; 0 objectives that A held and B did not\n$/,
  );
}, 60_000);

it.each([
  ['one target alone', ['compare', 'ivr', '--target', 'one'], /Two targets are compared; 1 were named/],
  ['an unknown scenario', ['compare', 'irv', '--target', 'a', '--target', 'b'], /Was ivr meant\?/],
])('refuses %s with 2', async (_name, argv, said) => {
  const { code, err } = await play({ argv });
  expect(err).toMatch(said);
  expect(code).toBe(2);
});

it.each<readonly [string, Partial<LoadReport>, readonly RegExp[]]>([
  ['alike', {}, []],
  ['of another scenario', { scenario: 'bridge' }, [/The reports are of different scenarios: A is of ivr, B of bridge/]],
  [
    'of another load',
    { setting: { calls: 100, durationSeconds: 40, rampSeconds: 5, talkSeconds: 8 } },
    [/The load differs: A had calls 50, durationSeconds 20; B had calls 100, durationSeconds 40/],
  ],
])('warns when a diff is of reports that are not %s', async (_name, other, warnings) => {
  const directory = await mkdtemp(join(tmpdir(), 'load-diff-'));
  try {
    const [one, two] = [join(directory, 'one.json'), join(directory, 'two.json')];
    await writeFile(one, JSON.stringify(reportOf()));
    await writeFile(two, JSON.stringify(reportOf(other)));
    const { io, said: heard } = heardIo();
    expect(await diff(one, two, {}, io)).toBe(0);
    expect(heard.err.split('\n').filter((line) => line !== '')).toHaveLength(warnings.length);
    for (const warning of warnings) expect(heard.err).toMatch(warning);
    await diff(one, two, { markdown: true }, io);
    for (const warning of warnings) expect(heard.out).toMatch(warning);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

it('refuses to compare what is no report', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'load-diff-'));
  try {
    await writeFile(join(directory, 'report.json'), '{"formatVersion":99}');
    await expect(readReport(directory)).rejects.toThrow(/is no report\.json of format 1 of a load run/);
    await expect(readReport(join(directory, 'nowhere'))).rejects.toThrow(/there is no report\.json/);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
