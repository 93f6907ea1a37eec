import type { ParseResult } from './types.ts';

/** One whole message: a datagram, or what a stream framer cut out. Never throws. RFC 3261 7, 18.3. */
export function parseMessage(_data: Uint8Array): ParseResult {
  throw new Error('not yet');
}
