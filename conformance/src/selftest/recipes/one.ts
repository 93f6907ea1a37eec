import type { Recipe } from '../recipe.ts';
import type { Rewrite } from '../types.ts';

/** A recipe that the source of a row names; with `own` false, one that breaks something beside what it names. */
export const one = (key: string, title: string, rewrite: Rewrite, own = true): Recipe => ({
  ...{ key, title, own },
  rewrites: [rewrite],
});

/** A recipe on SIP or RTP, which no source of a row names. */
export const wire = (key: string, title: string, rewrite: Rewrite): Recipe => one(key, title, rewrite, false);

/** `dtmfParams.reason` is `/dtmfParams/reason`. */
export const pointerOf = (property: string): string => `/${property.replaceAll('.', '/')}`;
