import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXTENSION } from '../beside.ts';

/**
 * The suite's own scenario files, without the unit tests of what they share: first those that mostly wait, then by name.
 * `*.slow.test` waits up to half a minute; `*.patient.test` more than a minute, and only where `patient` is wanted.
 */
export function scenarioFiles(
  patient: boolean,
  folder = fileURLToPath(new URL('../scenarios/', import.meta.url)),
): string[] {
  return globSync(`**/*.test${EXTENSION}`, { cwd: folder, exclude: (path) => path === 'support' })
    .filter((file) => patient || !is('patient', file))
    .toSorted((a, b) => waits(b) - waits(a) || (a < b ? -1 : 1))
    .map((file) => join(folder, file));
}

const is = (kind: 'slow' | 'patient', file: string): boolean => file.endsWith(`.${kind}.test${EXTENSION}`);
const waits = (file: string): number => (is('patient', file) ? 2 : is('slow', file) ? 1 : 0);
