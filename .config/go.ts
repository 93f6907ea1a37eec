/**
 * The Go part of the project, load/sip: `go vet` and `go test`, when there is a Go that can compile it. The counts go to
 * reports/test/go.json; without Go everything there is one skipped test, and the reason is said.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { K6Error } from '../load/src/k6/errors.ts';
import { requireGo } from '../load/src/k6/go.ts';
import { ownRecipe } from '../load/src/k6/recipe.ts';
import { tool } from '../load/src/k6/tool.ts';

const root = join(import.meta.dirname, '..');
const sources = join(root, 'load', 'sip');
const out = join(root, 'reports', 'test');

/** A line of `go test -json`, as far as it is read here. */
interface Event {
  readonly Action?: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
}

const count = { passed: 0, failed: 0, skipped: 0 };
const place = { platform: process.platform, arch: process.arch, env: process.env };

function take(line: string): void {
  let event: Event;
  try {
    event = JSON.parse(line) as Event;
  } catch {
    console.log(line);
    return;
  }
  // A package that fails without a failed test could not be compiled, or broke.
  const own = event.Test !== undefined || event.Action === 'fail';
  if (event.Output !== undefined && /FAIL|panic|_test\.go:|\.go:\d+:\d+:/.test(event.Output))
    process.stdout.write(event.Output);
  if (!own) return;
  if (event.Action === 'pass') count.passed++;
  else if (event.Action === 'fail') count.failed++;
  else if (event.Action === 'skip') count.skipped++;
}

const go = await requireGo(place, tool, await ownRecipe(sources)).catch((error: unknown) => {
  if (!(error instanceof K6Error)) throw error;
  console.log(`skipped: ${error.message}`);
  return undefined;
});
if (go === undefined) count.skipped = 1;
else {
  // -trimpath, as k6 is built: so that what is compiled here need not be compiled again for it.
  const vet = await tool(go.path, ['vet', '-trimpath', './...'], { cwd: sources });
  if (vet.code === 0) count.passed++;
  else {
    count.failed++;
    console.log(vet.stderr);
  }
  const test = spawn(go.path, ['test', '-trimpath', '-json', '-timeout', '120s', './...'], {
    cwd: sources,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve) => test.on('close', (code) => resolve(code ?? 1)));
  for await (const line of createInterface({ input: test.stdout })) take(line);
  if ((await ended) !== 0 && count.failed === 0) count.failed = 1;
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'go.json'), JSON.stringify(count));
process.exitCode = count.failed === 0 ? 0 : 1;
