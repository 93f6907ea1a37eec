import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { builtAddon } from './addon.ts';

const root = join(import.meta.dirname, '../../..');

it.runIf(process.platform === 'linux')('is the one of this very source, and stale once the source has changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'addon-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  copyFileSync(join(root, 'reference-server/addon/build.js'), join(folder, 'build.js'));
  const source = join(folder, 'lanes.c');
  const compiler = join(folder, 'compiler');
  // Stands for a compiler: what is behind -o comes to be.
  writeFileSync(compiler, '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\n: > "$2"\n', { mode: 0o755 });
  const build = (text: string): void => {
    writeFileSync(source, text);
    const run = spawnSync(process.execPath, [join(folder, 'build.js')], {
      env: { ...process.env, CC: compiler, ADDON: '' },
      encoding: 'utf8',
    });
    expect(run.stderr).toContain('addon for relaying: built');
  };

  build('int one;');
  const first = builtAddon(folder).path ?? '';
  expect(first).toContain('.node');
  writeFileSync(source, 'int two;');
  expect(builtAddon(folder)).toEqual({ path: undefined, stale: [basename(first)] });
  build('int two;');
  expect(builtAddon(folder)).toMatchObject({
    path: expect.not.stringContaining(basename(first)),
    stale: [basename(first)],
  });
});
