/** Freezes the catalogue as it is now: `npm run freeze -w spec -- 1.1`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadCatalogue } from './catalogue.ts';
import { frozenText } from './frozen.ts';

const [version = ''] = process.argv.slice(2);
const folder = new URL('../frozen/', import.meta.url);
try {
  if (!/^\d+\.\d+$/.test(version)) throw new Error('which version? Say for instance: npm run freeze -w spec -- 1.1');
  mkdirSync(folder, { recursive: true });
  // A version is frozen once: `wx` refuses a file that is there.
  writeFileSync(new URL(`${version}.yaml`, folder), frozenText(version, loadCatalogue()), { flag: 'wx' });
  console.log(`frozen: ${loadCatalogue().length} rows as ${version}`);
} catch (error) {
  const there = error instanceof Error && 'code' in error && error.code === 'EEXIST';
  console.error(`freeze: ${there ? `${version} is frozen already` : error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
