import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The usual cause of a failure and how to set it right; `hints.schema.json` describes the file. */
export interface Hints {
  /** By area: where to look first. */
  readonly areas: Readonly<Record<string, string>>;
  /** By slug; goes before the hint of the area. */
  readonly requirements: Readonly<Record<string, string>>;
}

let cached: Hints | undefined;

/** `hints.yaml`, read once. `npm run check` proves that it holds what the type says. */
export function loadHints(): Hints {
  cached ??= parse(readFileSync(new URL('../hints.yaml', import.meta.url), 'utf8')) as Hints;
  return cached;
}

/** What helps with a row: its own hint, else the one of its area. */
export function hintOf(
  { areas, requirements }: Hints,
  row: { readonly slug: string; readonly area: string },
): string | undefined {
  return requirements[row.slug] ?? areas[row.area];
}
