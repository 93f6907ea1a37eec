/**
 * A small fixed part of the self test, for every change: a few mutants of each wire must be noticed, by scenarios that pass with
 * nothing rewritten, and one area must pass with as little as a server may say and with more than it must. The whole is
 * `make selftest`. Writes {passed, failed, skipped} of mutants and scenarios to reports/test/selftest.json.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SelftestReport } from '../conformance/src/selftest/report/model.ts';
import type { VariantReport } from '../conformance/src/selftest/report/variant.ts';

const root = join(import.meta.dirname, '..');
const out = join(root, 'reports', 'test');
const folder = join(out, 'selftest');

/** By wire; each is noticed within two seconds by a scenario that is quick. */
const mutants = {
  rest: ['startrecording/nothing-named', 'interruptivrcommand/nothing-named', 'renamed/rest-general-error-shape'],
  callback: ['newcall/from-user', 'newcall/diversion-absent', 'renamed/callevent-participant-id'],
  sip: ['newcall/domain-none', 'sip/no-unsupported', 'sip/no-min-se'],
  rtp: ['dtmf/no-end-no-key', 'ordering/rtp-behind-the-end', 'media/not-transcoded'],
};
const variants = ['minimal', 'chatty'];
const area = 'callnotify';

/** Its report, if it wrote one. */
function selftest<Report>(name: string, file: string, ...wish: readonly string[]): Report | undefined {
  const report = join(folder, name);
  const program = join(root, 'conformance', 'src', 'cli', 'bin.ts');
  const common = ['--runner', process.env.RUNNER ?? 'auto', '--stacks', '3', '--report', report];
  const { status } = spawnSync(process.execPath, [program, 'selftest', ...wish, ...common], { stdio: 'inherit' });
  try {
    return JSON.parse(readFileSync(join(report, file), 'utf8')) as Report;
  } catch {
    console.log(`selftest ${wish[0]} of ${name} ended with ${status} and left no ${file}`);
    return undefined;
  }
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const count = { passed: 0, failed: 0, skipped: 0 };
const take = (passed: number, failed: number): void => {
  count.passed += passed;
  count.failed += failed;
};

const ids = Object.values(mutants).flat();
const report = selftest<SelftestReport>('mutants', 'report.json', '--mutant', ids.join(','));
const killed = report?.mutants.filter(({ id, state }) => ids.includes(id) && state === 'killed').length ?? 0;
take(killed, ids.length - killed + (report?.unfit.length ?? 0) + (report?.errors.length ?? 0));

for (const name of variants) {
  const variant = selftest<VariantReport>(name, 'variant.json', '--variant', name, '--area', area);
  if (variant === undefined) take(0, 1);
  else take(variant.passed, Math.max(variant.failed + variant.errors.length, variant.passed === 0 ? 1 : 0));
}

writeFileSync(join(out, 'selftest.json'), JSON.stringify(count));
process.exitCode = count.failed === 0 ? 0 : 1;
