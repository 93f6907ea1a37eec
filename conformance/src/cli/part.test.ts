import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '@mediaservice/spec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadRows } from '../catalogue/load.ts';
import type { RequirementRow } from '../catalogue/row.ts';
import type { Report } from '../report/model.ts';
import { EXIT } from '../verdict/exit-code.ts';
import { type JudgeOptions, judge } from './judge.ts';
import { judgedSlugs } from './part.ts';
import { fakeParts, recordedIo } from './testing/world.ts';
import { refuseUnknownClaims } from './unknown-claims.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'part-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const options = (change: Partial<JudgeOptions>): JudgeOptions => ({
  runner: 'auto',
  report: join(directory, 'report'),
  concurrency: 4,
  ...change,
});
const report = async (): Promise<Report> =>
  JSON.parse(await readFile(join(directory, 'report', 'report.json'), 'utf8'));

describe('a part of the catalogue', () => {
  it('is smaller than the whole, which the profile full is', () => {
    const rows = loadRows();
    const of = (profile: string) => judgedSlugs({ profile }, rows)?.length ?? 0;
    expect(of('full')).toBe(loadCatalogue().length);
    expect(of('ivr')).toBeGreaterThan(100);
    expect(of('ivr')).toBeLessThan(of('full'));
    expect(judgedSlugs({ catalogue: '1.0', level: 'documented' }, rows)?.length).toBeGreaterThan(100);
    expect(judgedSlugs({}, rows)).toBeUndefined();
  });

  it.each([
    ['a profile', { profile: 'iwr' }, /^There is no profile iwr; there are ivr, /],
    ['a version', { catalogue: '0.1' }, /^There is no version 0\.1 of the catalogue; frozen are 1\.0/],
  ])('that there is not is refused before anything is started: %s', async (_name, wish, words) => {
    const parts = { ...fakeParts('good'), open: () => Promise.reject(new Error('it was opened')) };
    await expect(judge(options(wish), parts, recordedIo())).rejects.toThrow(words);
  });

  it('of a profile that the target does not claim is incomplete', async () => {
    const row = {
      text: 'x',
      area: 'ivr',
      level: 'documented',
      strength: 'MUST',
      role: 'service',
      source: 'D-X',
    } as const;
    const rows: readonly RequirementRow[] = [
      { ...row, slug: 'a', capability: 'core' },
      { ...row, slug: 'b', capability: 'recording' },
    ];
    const io = recordedIo();
    expect(await judge(options({ profile: 'cloud-ua' }), { ...fakeParts('good'), rows }, io)).toBe(EXIT.incomplete);
    const { ending, settings, summary } = await report();
    expect(ending.reasons).toEqual(['the profile cloud-ua needs core, cloud-ua, which is not claimed']);
    expect(settings.selection).toEqual({ profile: 'cloud-ua' });
    expect(summary.passed).toBe(1);
  });
});

describe('--write-baseline', () => {
  it('writes what the next run is judged by', async () => {
    const path = join(directory, 'known.yaml');
    const io = recordedIo();
    expect(await judge(options({ area: 'ivr', writeBaseline: path }), fakeParts('mixed'), io)).toBe(EXIT.notConformant);
    expect(io.said.err).toContain('has 1 known failures, 1 of them new');
    expect(parse(await readFile(path, 'utf8'))).toEqual({
      knownFailures: [{ test: 'ivr/bad', reason: 'not looked at yet' }],
    });
    expect(await judge(options({ area: 'ivr', baseline: path }), fakeParts('mixed'), recordedIo())).toBe(
      EXIT.conformant,
    );
  });

  it('is of one run', async () => {
    const parts = { ...fakeParts('good'), open: () => Promise.reject(new Error('it was opened')) };
    await expect(judge(options({ repeat: 2, writeBaseline: 'x' }), parts, recordedIo())).rejects.toThrow(
      /leave --repeat out/,
    );
  });

  it('keeps the reasons that are known, and the requirements', async () => {
    const [before, after] = [join(directory, 'before.yaml'), join(directory, 'after.yaml')];
    await writeFile(before, 'knownFailures: [{requirement: b, reason: ticket 7}, {test: ivr/good, reason: old}]');
    const run = { area: 'ivr', baseline: before, writeBaseline: after };
    expect(await judge(options(run), fakeParts('mixed'), recordedIo())).toBe(EXIT.staleBaseline);
    expect(parse(await readFile(after, 'utf8'))).toEqual({ knownFailures: [{ requirement: 'b', reason: 'ticket 7' }] });
    expect((await report()).tests.find(({ id }) => id === 'ivr/bad')?.knownFailure).toBe('ticket 7');
  });
});

describe('refuseUnknownClaims', () => {
  it.each([
    ['all are known', ['core', 'ivr'], undefined],
    [
      'one is misspelt',
      ['core', 'irv'],
      /claims irv, which the catalogue does not have\. Was ivr meant\? Known are core, ivr\./,
    ],
    ['one is made up', ['levitation'], /claims levitation, which the catalogue does not have\. Known/],
  ])('%s', (_name, claimed, words) => {
    const refuse = () => refuseUnknownClaims(claimed, new Set(['core', 'ivr']));
    if (words === undefined) expect(refuse).not.toThrow();
    else expect(refuse).toThrow(words);
  });
});
