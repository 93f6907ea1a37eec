import type { Rewrite } from './types.ts';

/** A server that is right in another way than the reference server; the suite must pass. */
interface Variant {
  readonly title: string;
  readonly rewrites: readonly Rewrite[];
}

export const variants: Readonly<Record<string, Variant>> = {
  none: { title: 'Nothing is rewritten: the proxies alone', rewrites: [] },
};
