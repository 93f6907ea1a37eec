import { mutant } from '../../dsl/index.ts';
import type { Mutant, Rewrite } from '../../types.ts';

/** A mutant of the media that one scenario has to notice; `name` and `slug` without the area. */
export const one = (
  name: string,
  title: string,
  slug: string,
  rewrite: Rewrite | readonly Rewrite[],
  scenario: string,
): Mutant => mutant(`media/${name}`, title, `media-${slug}`, rewrite, { scenarios: [scenario] });
