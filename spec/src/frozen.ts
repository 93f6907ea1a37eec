import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Requirement } from './catalogue.ts';

/** The requirements as they were when a version was frozen: slug and the hash of what it then meant. */
export interface FrozenSet {
  /** `1.0`, from the name of its file. */
  readonly version: string;
  readonly rows: ReadonlyMap<string, string>;
}

const folder = new URL('../frozen/', import.meta.url);

/** What a row demands of whom; a row that changes in any of it is another one and needs another slug. */
export function meaningOf(
  { text, level, strength, role }: Pick<Requirement, 'text' | 'level' | 'strength'> & { readonly role: string },
  capability: string | undefined,
): string {
  return createHash('sha256')
    .update(JSON.stringify([text, level, strength, role, capability ?? '']))
    .digest('hex')
    .slice(0, 16);
}

/** Versions that are frozen, oldest first. */
export function frozenVersions(from = folder): readonly string[] {
  return readdirSync(from)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** @throws where there is no such version. */
export function loadFrozen(version: string, from = folder): FrozenSet {
  const content: unknown = parse(readFileSync(new URL(`${version}.yaml`, from), 'utf8'));
  return { version, rows: new Map(Object.entries(content as Record<string, string>)) };
}

/** The file of a version. */
export function frozenText(version: string, rows: readonly Requirement[]): string {
  // In quotes: a hash may look like a number.
  const lines = rows
    .map((row) => `${row.slug}: "${meaningOf(row, row.capability)}"`)
    .toSorted((a, b) => (a < b ? -1 : 1));
  return [
    `# The requirements of version ${version}, each with the hash of its meaning. Never changed once it is published:`,
    '# a row that is to mean something else gets a new slug, and the next version is frozen with it.',
    ...lines,
    '',
  ].join('\n');
}
