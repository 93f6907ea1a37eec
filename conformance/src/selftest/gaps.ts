import { judgeable } from '../catalogue/reason.ts';
import type { RequirementRow } from '../catalogue/row.ts';
import type { Mutant } from './types.ts';

/** The rows that must have a mutant: a service must do it, and a black box can show it. */
export const demanded = (rows: readonly RequirementRow[]): readonly RequirementRow[] =>
  rows.filter((row) => row.strength === 'MUST' && judgeable(row));

export interface Gaps {
  /** Demanded rows that no mutant is about. */
  readonly missing: readonly RequirementRow[];
  /** What is wrong with the lists, a sentence each. */
  readonly faults: readonly string[];
}

export function gaps(
  rows: readonly RequirementRow[],
  mutants: readonly Mutant[],
  exempt: Readonly<Record<string, string>>,
): Gaps {
  const about = new Set(mutants.flatMap(({ requirements }) => requirements));
  const slugs = new Set(rows.map(({ slug }) => slug));
  const ids = mutants.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
  return {
    missing: demanded(rows).filter(({ slug }) => !about.has(slug) && exempt[slug] === undefined),
    faults: [
      ...twice.map((id) => `Two mutants are called ${id}`),
      ...[...about].filter((slug) => !slugs.has(slug)).map((slug) => `The catalogue has no requirement ${slug}`),
      ...Object.keys(exempt).flatMap((slug) => {
        if (!slugs.has(slug)) return [`mutants/exempt.ts names ${slug}, which the catalogue has not`];
        return about.has(slug) ? [`mutants/exempt.ts names ${slug}, for which there is a mutant`] : [];
      }),
    ],
  };
}
