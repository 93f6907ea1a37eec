import type { Uri } from './types.ts';

/** RFC 3261 19.1.4. */
export function uriEquals(_a: Uri, _b: Uri): boolean {
  throw new Error('not yet');
}
