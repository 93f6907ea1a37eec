/** Mutants that are made from the catalogue: for each row the recipe that was found to be noticed, with its scenario. */
import { readFileSync } from 'node:fs';
import type { Requirement } from '@mediaservice/spec';
import { recipesFor } from './recipes.ts';
import type { Mutant } from './types.ts';

/** By slug. `selftest --derive` writes it. */
export type Derived = Readonly<Record<string, { readonly recipe: string; readonly scenario: string }>>;

export const derivedFile = new URL('./mutants/derived.json', import.meta.url);

export const readDerived = (): Derived => JSON.parse(readFileSync(derivedFile, 'utf8')) as Derived;

/** One mutant for each row that the table has and nobody has written one for. */
export function derive(rows: readonly Requirement[], table: Derived, written: ReadonlySet<string>): readonly Mutant[] {
  return rows.flatMap((row) => {
    const entry = table[row.slug];
    if (entry === undefined || written.has(row.slug)) return [];
    const recipe = recipesFor(row).find(({ key }) => key === entry.recipe);
    if (recipe === undefined) return [];
    const { title, rewrites, schema } = recipe;
    const id = `${row.area}/${row.slug.startsWith(`${row.area}-`) ? row.slug.slice(row.area.length + 1) : row.slug}`;
    return [{ id, title, rewrites, requirements: [row.slug], scenarios: [entry.scenario], ...(schema && { schema }) }];
  });
}
