import type { SipMessage } from './types.ts';

/** Bytes of a message; Content-Length is computed. RFC 3261 7. */
export function serializeMessage(_message: SipMessage): Uint8Array {
  throw new Error('not yet');
}
