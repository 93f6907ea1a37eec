/**
 * Packs the packages and does with them what a stranger does: an empty folder, `npm init -y`, `npm i` of the tarballs,
 * `npx … init`, `npx … run`. Writes {passed, failed, skipped} of its steps to reports/test/packed.json. The programs of the
 * work tree are kept out of the path, so what runs is the system's Node and what was installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const out = join(root, 'reports', 'test');
/** One small area: real calls, callbacks and audio, in a quarter of a minute. */
const area = 'newcall';

/** What lies in a package for no good: sources, tests, stand-ins, maps, and what belongs to one machine. */
const superfluous = /(?<!\.d)\.ts$|\.map$|(^|\/)(testing|node_modules|reports|bench)\/|tsconfig|\.tmp$/;
/** Scenarios are named like tests; they are the product. */
const tests = /\.test\.(js|d\.ts)$/;
/** What a package is no good without. */
const needed: Readonly<Record<string, readonly string[]>> = {
  conformance: ['dist/cli/bin.js', 'dist/cli/bin.d.ts', 'dist/scenarios/newcall/*.test.js', 'dist/report/html/page.css', 'docker/*'],
  'reference-server': ['dist/bin.js', 'dist/main.d.ts', 'addon/lanes.c', 'mediaservice.yaml'],
  spec: ['openapi.yaml', 'requirements/newcall.yaml', 'report.schema.json', 'dist/index.d.ts'],
  fixtures: ['dist/index.js', 'dist/index.d.ts'],
};

class Step {
  readonly total = { passed: 0, failed: 0, skipped: 0 };

  /** Does a step; a step that throws has failed, and the reason is told. */
  do(name: string, work: () => void): boolean {
    try {
      work();
      this.total.passed += 1;
      return true;
    } catch (error) {
      this.total.failed += 1;
      console.error(`${name}: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }
}

function demand(held: boolean, sentence: string): void {
  if (!held) throw new Error(sentence);
}

const path = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !resolve(folder).startsWith(join(root, 'node_modules')))
  .join(delimiter);
const { npm_config_local_prefix: _prefix, INIT_CWD: _cwd, ...env } = process.env;

function start(folder: string, file: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: folder,
    env: { ...env, PATH: path, NO_COLOR: '1' },
    encoding: 'utf8',
    timeout: 300_000,
  });
  const last = `${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n').slice(-12).join('\n');
  demand(status === 0, `${file} ${args[0]} ended with ${error?.message ?? status}\n${last}`);
  return stdout;
}

function looksRight(folder: string, name: string): void {
  const place = join(folder, 'node_modules', '@mediaservice', name);
  const files = globSync('**/*', { cwd: place }).filter((file) => statSync(join(place, file)).isFile());
  const odd = files.filter(
    (file) => superfluous.test(file) || (tests.test(file) && !file.startsWith(join('dist', 'scenarios'))),
  );
  demand(odd.length === 0, `nobody needs ${odd.slice(0, 5).join(', ')}`);
  for (const pattern of [...(needed[name] ?? []), 'LICENSE', 'README.md']) {
    demand(globSync(pattern, { cwd: place }).length > 0, `${pattern} is not there`);
  }
}

/** The report of the run, as far as it matters here. */
interface Ran {
  readonly ending: { readonly exitCode: number };
  readonly summary: { readonly passed: number; readonly failed: number; readonly traffic: { readonly calls: number } };
}

function ranWell(folder: string, said: string): void {
  const report: Ran = JSON.parse(readFileSync(join(folder, 'reports', 'conformance', 'report.json'), 'utf8'));
  const { passed, failed, traffic } = report.summary;
  demand(report.ending.exitCode === 0, `the run ended with ${report.ending.exitCode}`);
  demand(passed > 10 && failed === 0 && traffic.calls > 10, `${passed} passed, ${failed} failed, ${traffic.calls} calls`);
  const closing = said.trimEnd().split('\n').at(-1) ?? '';
  demand(closing.startsWith(`conformance: ${passed} passed, 0 failed`), `the last line is "${closing}"`);
}

const step = new Step();
const folder = mkdtempSync(join(tmpdir(), 'packed-'));
let tarballs: readonly string[] = [];
try {
  const packed = step.do('pack', () => {
    const text = execFileSync(process.execPath, [join(import.meta.dirname, 'pack.ts')], { cwd: root, encoding: 'utf8' });
    tarballs = (text.trimEnd().split('\n').at(-1) ?? '').split(' ').map((file) => join(root, file));
    demand(tarballs.length === Object.keys(needed).length, `${tarballs.length} tarballs`);
  });
  const installed =
    packed &&
    step.do('npm init and install', () => {
      start(folder, 'npm', 'init', '-y');
      start(folder, 'npm', 'install', '--prefer-offline', '--loglevel=error', ...tarballs);
    });
  if (installed) {
    for (const name of Object.keys(needed)) step.do(`contents of ${name}`, () => looksRight(folder, name));
    const ready = step.do('init', () => {
      start(folder, 'npx', 'mediaservice-conformance', 'init');
      statSync(join(folder, 'mediaservice-target.yaml'));
    });
    if (ready) {
      const runner = process.env.RUNNER ?? 'auto';
      step.do('run', () => {
        ranWell(folder, start(folder, 'npx', 'mediaservice-conformance', 'run', '--area', area, '--runner', runner));
      });
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'packed.json'), `${JSON.stringify(step.total)}\n`);
console.log(`${step.total.passed} passed, ${step.total.failed} failed`);
process.exitCode = step.total.failed === 0 ? 0 : 1;
