import type { Via } from './types.ts';

/** RFC 3261 20.42. */
export function parseVia(_value: string): Via | undefined {
  throw new Error('not yet');
}

/** Inverse of `parseVia`. */
export function serializeVia(_via: Via): string {
  throw new Error('not yet');
}
