import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeWhole } from '../../report/write.ts';
import { selftestJunit } from './junit.ts';
import type { SelftestReport } from './model.ts';
import { selftestPage } from './page.ts';

/** Writes report.html, junit.xml and, last, report.json. */
export async function writeSelftestReport(directory: string, report: SelftestReport): Promise<void> {
  const root = resolve(directory);
  await mkdir(root, { recursive: true });
  await writeWhole(join(root, 'junit.xml'), selftestJunit(report));
  await writeWhole(join(root, 'report.html'), selftestPage(report));
  await writeWhole(join(root, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
}
