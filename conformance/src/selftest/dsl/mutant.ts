import type { Mutant, Rewrite } from '../types.ts';

type Rewrites = Rewrite | readonly Rewrite[];

/**
 * @param id `area/name-in-kebab-case`.
 * @param title what the target does wrong, a sentence without a full stop.
 * @param requirements slugs that must be blamed.
 * @param rewrites one, or several that belong together.
 * @param more scenarios to run, where the quickest one of the tag is not the right one; `schema` as in `Mutant`.
 */
export function mutant(
  id: string,
  title: string,
  requirements: string | readonly string[],
  rewrites: Rewrites | readonly Rewrites[],
  more: Pick<Mutant, 'scenarios' | 'schema'> = {},
): Mutant {
  return {
    id,
    title,
    requirements: typeof requirements === 'string' ? [requirements] : requirements,
    rewrites: [rewrites].flat(3) as Rewrite[],
    ...more,
  };
}
