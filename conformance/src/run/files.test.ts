import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { scenarioFiles } from './files.ts';

let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

it('starts with the files that mostly wait, ends with those that run alone, and takes no others than scenarios', async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  for (const path of [
    'b/one.test.ts',
    'a/two.test.ts',
    'c/long.slow.test.ts',
    'a/long.slow.test.ts',
    'd/longest.patient.test.ts',
    'a/last.patient.alone.test.ts',
    'b/all.alone.test.ts',
    'support/x.test.ts',
  ]) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), '');
  }
  const found = (patient: boolean) => scenarioFiles(patient, folder).map((file) => relative(folder, file));
  const quick = ['a/long.slow.test.ts', 'c/long.slow.test.ts', 'a/two.test.ts', 'b/one.test.ts', 'b/all.alone.test.ts'];
  expect(found(false)).toEqual(quick);
  expect(found(true)).toEqual(['d/longest.patient.test.ts', ...quick, 'a/last.patient.alone.test.ts']);
});
