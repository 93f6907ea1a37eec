/**
 * Ten seconds of IVR calls against the reference server, by a k6 that is built here: what a user of `make load` gets. Its
 * objectives are counted in reports/load-smoke/counts/report.json. It is one skipped check, and the reason is said, where k6 cannot
 * be built, or not in a minute, and where the machine was too busy for a verdict.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findK6, K6Error } from '../load/src/k6/index.ts';
import { EXIT, type LoadReport } from '../load/src/report/model.ts';

const root = join(import.meta.dirname, '..');
/** Relative, as the folder of `make load` is. */
const folder = join('reports', 'load-smoke');
const report = join(root, folder);
const counts = join(report, 'counts');
const buildMs = 60_000;
/** What this machine lacks is no fault of the project; a build that breaks is. */
const lacking: readonly string[] = ['no-go', 'old-go', 'offline', 'not-to-be-had'];
const invalid: number = EXIT.invalid;

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function skipped(reason: string): Count {
  console.log(`skipped: ${reason}`);
  return { passed: 0, failed: 0, skipped: 1 };
}

function failed(reason: string): Count {
  console.log(`failed: ${reason}`);
  return { passed: 0, failed: 1, skipped: 0 };
}

async function smoke(): Promise<Count> {
  const signal = AbortSignal.timeout(buildMs);
  let path: string;
  try {
    ({ path } = await findK6({ extension: 'own', env: process.env, signal, say: (line) => console.log(line) }));
  } catch (error) {
    if (!(error instanceof K6Error)) throw error;
    if (signal.aborted) return skipped(`k6 was not built within ${buildMs / 1000} s`);
    return lacking.includes(error.fault) ? skipped(error.message) : failed(error.message);
  }
  const wish = ['--calls', '5', '--ramp', '1s', '--duration', '10s', '--talk', '4s'];
  const { status } = spawnSync(
    process.execPath,
    ['load/src/cli/bin.ts', 'run', 'ivr', '--target', 'embedded', ...wish, '--k6', path, '--report', folder],
    { cwd: root, stdio: 'inherit' },
  );
  const file = join(report, 'report.json');
  if (!existsSync(file)) return failed('there is no report');
  const { objectives, ending } = JSON.parse(readFileSync(file, 'utf8')) as LoadReport;
  if (status === invalid) return skipped(`no verdict: ${ending.reasons.join('; ')}`);
  const broken = objectives.filter(({ held }) => !held).length;
  // A run that broke before anything could be judged has failed, too.
  return { passed: objectives.length - broken, failed: status === 0 ? broken : Math.max(1, broken), skipped: 0 };
}

rmSync(report, { recursive: true, force: true });
const count = await smoke();
mkdirSync(counts, { recursive: true });
writeFileSync(join(counts, 'report.json'), JSON.stringify(count));
console.log(`load: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed === 0 ? 0 : 1;
