import type { Uri } from './types.ts';

/** Undefined when malformed. RFC 3261 19.1, RFC 3966. */
export function parseUri(_text: string): Uri | undefined {
  throw new Error('not yet');
}

/** Inverse of `parseUri`. */
export function serializeUri(_uri: Uri): string {
  throw new Error('not yet');
}

/** Text with %-escapes resolved, as UTF-8. */
export function unescapeUri(_text: string): string {
  throw new Error('not yet');
}

/** Escapes what may not stand in the user part of a SIP URI. */
export function escapeUser(_text: string): string {
  throw new Error('not yet');
}
