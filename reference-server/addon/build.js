/**
 * Builds the addon where there is a C compiler: `node addon/build.js`, which npm runs at install. It is never required:
 * without it the server relays in TypeScript. CC names another compiler than cc, ADDON=off builds nothing. One line says
 * what came of it; the exit code is always 0.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const source = join(import.meta.dirname, 'lanes.c');
// The name tells of which source it is, so that one of another source is never loaded (src/media/addon.ts looks for it).
const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
const target = join(import.meta.dirname, 'build', `lanes-${process.platform}-${process.arch}-${hash}.node`);
const flags = ['-std=gnu11', '-O2', '-fPIC', '-shared', '-Wall', '-Wextra', '-Wno-unused-result', '-DNAPI_VERSION=8'];

/** Gives what came of it. @returns {string} */
function build() {
  if (process.env.ADDON === 'off') return 'not wanted';
  if (process.platform !== 'linux') return `none for ${process.platform}`;
  if (existsSync(target)) return 'is built';
  const half = `${target}.${process.pid}`;
  try {
    const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers');
    mkdirSync(dirname(target), { recursive: true });
    const run = spawnSync(process.env.CC ?? 'cc', [...flags, `-I${headers}`, '-o', half, source], { encoding: 'utf8' });
    if (run.status !== 0) return `not built (${run.error?.message ?? run.stderr.trim().split('\n')[0]})`;
    // Whole or absent, also for a server that starts meanwhile.
    renameSync(half, target);
    return 'built';
  } catch (error) {
    return `not built (${error instanceof Error ? error.message : String(error)})`;
  } finally {
    rmSync(half, { force: true });
  }
}

process.stderr.write(`addon for relaying: ${build()}; without one, packets are relayed in TypeScript\n`);
