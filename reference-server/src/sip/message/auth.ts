import type { AuthChallenge } from './types.ts';

/** A challenge (WWW-Authenticate, Proxy-Authenticate) or credentials; undefined when malformed. RFC 3261 20.44. */
export function parseAuthChallenge(_value: string): AuthChallenge | undefined {
  throw new Error('not yet');
}

/** Inverse of `parseAuthChallenge`. */
export function serializeAuthChallenge(_challenge: AuthChallenge): string {
  throw new Error('not yet');
}
