import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXTENSION } from '../beside.ts';

/** The suite's own scenario files, without the unit tests of what they share: first those that mostly wait, named `*.slow.test`, then by name. */
export function scenarioFiles(folder = fileURLToPath(new URL('../scenarios/', import.meta.url))): string[] {
  return globSync(`**/*.test${EXTENSION}`, { cwd: folder, exclude: (path) => path === 'support' })
    .toSorted((a, b) => Number(isSlow(b)) - Number(isSlow(a)) || (a < b ? -1 : 1))
    .map((file) => join(folder, file));
}

const isSlow = (file: string): boolean => file.endsWith(`.slow.test${EXTENSION}`);
