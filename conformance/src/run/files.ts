import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The suite's own scenario files, in the order of their names. */
export function scenarioFiles(folder = fileURLToPath(new URL('../scenarios/', import.meta.url))): string[] {
  return globSync('**/*.test.ts', { cwd: folder })
    .toSorted()
    .map((file) => join(folder, file));
}
