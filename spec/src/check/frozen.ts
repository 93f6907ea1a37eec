import type { Requirement } from '../catalogue.ts';
import { type FrozenSet, meaningOf } from '../frozen.ts';

/** @returns what is wrong, a sentence each: rows of a frozen version that are gone, or mean something else now. */
export function checkFrozen(sets: readonly FrozenSet[], rows: readonly Requirement[]): readonly string[] {
  const meanings = new Map(rows.map((row) => [row.slug, meaningOf(row, row.capability)]));
  return sets.flatMap(({ version, rows: frozen }) =>
    [...frozen].flatMap(([slug, meaning]) => {
      const now = meanings.get(slug);
      if (now === undefined)
        return [`frozen/${version}.yaml: ${slug} is gone from the catalogue; a slug stays for ever`];
      if (now === meaning) return [];
      return [`frozen/${version}.yaml: ${slug} does not mean what it meant; write a row with a new slug beside it`];
    }),
  );
}
