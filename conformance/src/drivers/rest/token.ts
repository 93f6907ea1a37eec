import { SignJWT } from 'jose';
import type { Credentials } from '../../target/types.ts';
import type { TokenChanges } from './types.ts';

const defaultLifetime = 3600;
/** Stands in a claim of the target file for the domain in question. */
const domainSlot = `$${'{domain}'}`;

/**
 * A bearer token for a domain (D-AUTH).
 * @throws when changes are asked for, but the target file holds a ready token, which cannot be changed.
 */
export async function bearerToken(
  credentials: Credentials,
  domain: string,
  changes: TokenChanges = {},
): Promise<string> {
  if (credentials.kind === 'bearer') {
    if (Object.keys(changes).length > 0)
      throw new Error('The target file holds a ready token: it cannot be changed for this scenario');
    return credentials.token;
  }
  const own = Object.entries(credentials.claims ?? { domain: domainSlot }).map(
    ([name, value]) => [name, value === domainSlot ? domain : value] as const,
  );
  const all = { ...Object.fromEntries(own), ...changes.claims };
  const claims = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const lifetime = credentials.lifetime ?? defaultLifetime;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(changes.expired ? new Date(Date.now() - 2 * lifetime * 1000) : new Date())
    .setExpirationTime(new Date(Date.now() + (changes.expired ? -lifetime : lifetime) * 1000))
    .sign(new TextEncoder().encode(changes.secret ?? credentials.secret));
}
