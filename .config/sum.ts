/** Sums the reports that `.ci/run` left into one closing line. A report that is not there counts as a failure. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const reports = join(import.meta.dirname, '..', 'reports');
const withEngine = ['conformance-docker', 'containers', 'conformance-container'];
const names = ['test', 'conformance', 'load-smoke/counts', ...(process.argv[2] === 'yes' ? withEngine : [])];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names) {
  try {
    const report = JSON.parse(readFileSync(join(reports, name, 'report.json'), 'utf8'));
    const counts = report.summary?.counts ?? report.summary ?? report;
    for (const key of ['passed', 'failed', 'skipped'] as const) {
      if (!Number.isInteger(counts[key])) throw new Error(`no count of ${key}`);
      total[key] += counts[key];
    }
  } catch (error) {
    console.log(`reports/${name}/report.json: ${error instanceof Error ? error.message : error}`);
    total.failed += 1;
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
