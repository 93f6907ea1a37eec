import type { Rewrite } from './types.ts';

/** A way to break a target that a row suggests. */
export interface Recipe {
  /** Unique among those of a row. */
  readonly key: string;
  /** What the target does wrong. */
  readonly title: string;
  readonly rewrites: readonly Rewrite[];
  readonly schema?: string;
  /** It breaks the very thing that the row speaks of: then it also counts that this was waited for in vain. */
  readonly own: boolean;
}
