/**
 * Every check of the project itself: `make test`. Runs each check to its end, prints how long it took, and sums what the
 * machine-readable results say in a last line `N passed, N failed, N skipped`. Exit code 0 only when nothing failed and something passed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}
interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Reads the counts a check wrote; without it the exit code counts as one check. */
  readonly count?: () => Count;
}

const root = join(import.meta.dirname, '..');
const out = join(root, 'reports', 'test');
const vitestJson = join(out, 'vitest.json');

const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'format and lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'dependency rules', command: ['npm', 'run', '--silent', 'deps'] },
  { name: 'OpenAPI lint', command: ['npm', 'run', '--silent', 'lint-api', '-w', 'spec'] },
  { name: 'generated types are fresh', command: ['npm', 'run', '--silent', 'check-generated', '-w', 'spec'] },
  { name: 'requirement catalogue', command: ['npm', 'run', '--silent', 'check', '-w', 'spec'] },
  {
    name: 'packages install and run in an empty folder',
    command: ['node', '.config/packed.ts'],
    count: () => JSON.parse(readFileSync(join(out, 'packed.json'), 'utf8')) as Count,
  },
  {
    name: 'Go: vet and tests of load/sip',
    command: ['node', '.config/go.ts'],
    count: () => JSON.parse(readFileSync(join(out, 'go.json'), 'utf8')) as Count,
  },
  {
    name: 'a small part of the self test',
    command: ['node', '.config/selftest.ts'],
    count: () => JSON.parse(readFileSync(join(out, 'selftest.json'), 'utf8')) as Count,
  },
  {
    name: 'unit and integration tests',
    command: [
      'vitest',
      'run',
      '--config',
      '.config/vitest.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestJson}`,
      ...process.argv.slice(2),
    ],
    count: () => {
      const r = JSON.parse(readFileSync(vitestJson, 'utf8')) as {
        numPassedTests: number;
        numFailedTests: number;
        numPendingTests: number;
        numTodoTests: number;
        testResults: readonly { status: string; assertionResults: readonly unknown[] }[];
      };
      // A file that could not even be loaded has no test of its own, yet it has failed.
      const broken = r.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
      return {
        passed: r.numPassedTests,
        failed: r.numFailedTests + broken,
        skipped: r.numPendingTests + r.numTodoTests,
      };
    },
  },
];

let running: ChildProcess | undefined;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill(signal);
  });
}

function run([file, ...args]: Check['command']): Promise<number> {
  return new Promise((resolve) => {
    const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' };
    const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    running = child;
    child.on('error', (error) => {
      console.error(`${file} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const total: Count = { passed: 0, failed: 0, skipped: 0 };
const results: (Count & { name: string; seconds: number })[] = [];
for (const check of checks) {
  if (interrupted) break;
  console.log(`— ${check.name}`);
  const started = performance.now();
  const code = await run(check.command);
  let count: Count = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  if (check.count !== undefined) {
    try {
      count = check.count();
    } catch {
      count = { passed: 0, failed: 1, skipped: 0 };
    }
    if (code !== 0 && count.failed === 0) count = { ...count, failed: 1 };
  }
  const seconds = (performance.now() - started) / 1000;
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  results.push({ name: check.name, ...count, seconds: Math.round(seconds * 10) / 10 });
  console.log(`${count.failed === 0 ? 'ok' : 'FAILED'}  ${check.name} (${seconds.toFixed(1)} s)\n`);
}
if (interrupted) total.failed += 1;
writeFileSync(join(out, 'report.json'), JSON.stringify({ ...total, checks: results }, null, 2) + '\n');
for (const r of results.filter((x) => x.failed > 0)) console.log(`failed: ${r.name}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
