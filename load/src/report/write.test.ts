import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportOf } from './testing/report.ts';
import { clearReport, prepareReport, UnwrittenError, writeReport } from './write.ts';

/** Whatever is written there finds no room. */
const FULL = '/dev/full';
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-write-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe.skipIf(!existsSync(FULL))('on a full disk', () => {
  it.each([
    ['report.html', ['report.json']],
    ['report.json', ['report.html']],
  ])('%s is missing, what there is room for is kept, and nothing half of it', async (full, kept) => {
    await symlink(FULL, join(directory, `${full}.part`));
    const written = writeReport(directory, reportOf());
    await expect(written).rejects.toBeInstanceOf(UnwrittenError);
    await expect(written).rejects.toThrow(/^The report cannot be written to .*: ENOSPC: no space left on device/);
    expect(await readdir(directory)).toEqual(kept);
    expect((await readFile(join(directory, kept[0] ?? ''))).length).toBeGreaterThan(0);
  });
});

it('makes the folders above the report, and takes one that is there', async () => {
  const deep = join(directory, 'a', 'b', 'c');
  await prepareReport(deep);
  await prepareReport(deep);
  expect(await readdir(deep)).toEqual([]);
});

it('keeps an earlier report until it is cleared, and what is none of it for good', async () => {
  const [mine, old] = ['notes.txt', ['k6-summary.json', 'k6-summary.txt', 'report.html', 'report.json']];
  for (const name of [mine, ...old, 'capacity.json']) await writeFile(join(directory, name), 'old');
  await mkdir(join(directory, 'steps', 'churn-01-1'), { recursive: true });
  await prepareReport(directory);
  expect(await readdir(directory)).toEqual(expect.arrayContaining([mine, ...old, 'steps']));
  await clearReport(directory, ['capacity.json', 'steps']);
  expect(await readdir(directory)).toEqual([mine]);
});

// There, mkdir says that the parent is not there, and its own recursion tries for ever.
it.skipIf(!existsSync('/proc/self'))(
  'refuses a folder that nobody can make',
  async () => {
    await expect(prepareReport('/proc/report/of/load')).rejects.toThrow(/The report cannot be written to \/proc/);
  },
  5000,
);
