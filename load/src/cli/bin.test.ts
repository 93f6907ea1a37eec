import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { FakeK6 } from './testing/fake-k6.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const k6: FakeK6 = { calls: 2, failed: 1, end: 'well' };

it('goes on when nobody reads what it says, writes its report, and ends as it would', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'load-bin-'));
  try {
    const path = join(directory, 'k6');
    const version = 'echo "k6 v1.0.0"; echo "  x/sip v0, k6/x/sip [js]"';
    const play = `exec "${process.execPath}" "${pathOf('./testing/fake-k6.ts')}" "$@"`;
    await writeFile(path, `#!/bin/sh\nif [ "$1" = version ]; then ${version}; else ${play}; fi\n`);
    await chmod(path, 0o755);
    const report = join(directory, 'report');
    const child = spawn(
      process.execPath,
      [pathOf('./bin.ts'), 'run', 'ivr', '--target', 'embedded', '--k6', path, '--report', report],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FAKE_K6: JSON.stringify(k6) } },
    );
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect(err).not.toMatch(/EPIPE/);
    const { figures, ending } = JSON.parse(await readFile(join(report, 'report.json'), 'utf8'));
    expect(figures.calls).toMatchObject({ attempted: 2, failed: 1 });
    expect(code).toBe(ending.exitCode);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 30_000);
