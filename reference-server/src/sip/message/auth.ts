import { consistsOf, token } from './chars.ts';
import { endOfQuoted, quote, unquote } from './quoted.ts';
import { splitOutside } from './split.ts';
import type { AuthChallenge } from './types.ts';

const comma = 0x2c;

/** A challenge (WWW-Authenticate, Proxy-Authenticate) or credentials; undefined when malformed. RFC 3261 20.44, RFC 7616 3.3. */
export function parseAuthChallenge(value: string): AuthChallenge | undefined {
  const text = value.trim();
  const space = text.search(/[ \t]/);
  const scheme = space < 0 ? text : text.slice(0, space);
  if (!consistsOf(scheme, token)) return undefined;
  const params = new Map<string, string>();
  if (space < 0) return { scheme, params };
  for (const piece of splitOutside(text.slice(space), comma)) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = piece.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    const raw = piece.slice(equals + 1).trim();
    if (!consistsOf(name, token) || params.has(name)) return undefined;
    if (raw.startsWith('"') && endOfQuoted(raw, 0) !== raw.length) return undefined;
    params.set(name, unquote(raw));
  }
  return { scheme, params };
}

/** Written as tokens: always, and in credentials (which alone have `response`). RFC 7616 3.3, 3.4. */
const bare = ['algorithm', 'stale', 'nc', 'userhash'];

/** Inverse of `parseAuthChallenge`. */
export function serializeAuthChallenge(challenge: AuthChallenge): string {
  const credentials = challenge.params.has('response');
  const parts = [...challenge.params].map(([name, value]) =>
    bare.includes(name) || (credentials && name === 'qop') ? `${name}=${value}` : `${name}=${quote(value)}`,
  );
  return parts.length === 0 ? challenge.scheme : `${challenge.scheme} ${parts.join(', ')}`;
}
