import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXTENSION } from '../beside.ts';

/**
 * The suite's own scenario files, without the unit tests of what they share: first those that mostly wait, then by name,
 * last those whose scenarios run alone. `*.slow.test` waits up to half a minute; `*.patient.test` more than a minute, and
 * only where `patient` is wanted; `*.alone.test` declares scenarios with `alone`, which would part the others anywhere else.
 */
export function scenarioFiles(
  patient: boolean,
  folder = fileURLToPath(new URL('../scenarios/', import.meta.url)),
): string[] {
  return globSync(`**/*.test${EXTENSION}`, { cwd: folder, exclude: (path) => path === 'support' })
    .filter((file) => patient || !is('patient', file))
    .toSorted((a, b) => turn(b) - turn(a) || (a < b ? -1 : 1))
    .map((file) => join(folder, file));
}

/** Those that a run takes in only with `patient`. */
export function patientFiles(folder?: string): string[] {
  return scenarioFiles(true, folder).filter((file) => is('patient', file));
}

type Kind = 'slow' | 'patient' | 'alone';
const is = (kind: Kind, file: string): boolean => basename(file, EXTENSION).split('.').slice(1, -1).includes(kind);
const turn = (file: string): number =>
  is('alone', file) ? (is('patient', file) ? -2 : -1) : is('patient', file) ? 2 : is('slow', file) ? 1 : 0;
