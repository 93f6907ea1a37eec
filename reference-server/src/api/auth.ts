/** Bearer tokens of the REST API (D-AUTH). */
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { AuthSettings, DomainConfig } from '../config/types.ts';
import { refusals } from './errors.ts';

interface AuthOptions {
  readonly domain: (name: string) => DomainConfig | undefined;
  readonly now: () => Date;
}

/** Resolves when the token speaks for the domain of the path, else rejects with the `ApiError` of D-AUTH. */
export type Authenticate = (authorization: string | undefined, target: DomainConfig) => Promise<void>;

/** Clocks of two machines differ by as much without anybody being wrong, in seconds. */
const clockTolerance = 5;
/** Domains that one token may name; more is nobody's need. */
const maxNamed = 16;

export function createAuthenticator(options: AuthOptions): Authenticate {
  const verifiers = new Map<DomainConfig, Verifier>();
  const verify = (domain: DomainConfig, token: string): Promise<JWTPayload | undefined> => {
    const verifier = verifiers.get(domain) ?? createVerifier(domain.auth, options.now);
    verifiers.set(domain, verifier);
    return verifier(token);
  };

  return async (authorization, target) => {
    const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw refusals.noToken();
    const claims = decode(token);
    if (claims === undefined) throw refusals.badToken();
    const verified = await verify(target, token);
    if (verified !== undefined) {
      if (names(verified, target)) return;
      throw refusals.wrongDomain();
    }
    // Not signed for the domain of the path. A good token of another domain is told apart from a bad one.
    const others = strings(Object.values(claims)).flatMap((name) => options.domain(name) ?? []);
    for (const other of new Set(others)) {
      if (other === target) continue;
      const foreign = await verify(other, token);
      if (foreign !== undefined && names(foreign, other)) throw refusals.wrongDomain();
    }
    throw refusals.badToken();
  };
}

type Verifier = (token: string) => Promise<JWTPayload | undefined>;

function createVerifier(auth: AuthSettings, now: () => Date): Verifier {
  const common = () => ({ clockTolerance, currentDate: now() });
  if (auth.type === 'secret') {
    const key = new TextEncoder().encode(auth.secret);
    return (token) => settle(jwtVerify(token, key, { ...common(), algorithms: ['HS256'] }));
  }
  const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(auth.url), { timeoutDuration: 5_000 });
  const algorithms = [...auth.algorithms];
  return (token) => settle(jwtVerify(token, keys, { ...common(), algorithms }));
}

async function settle(result: Promise<{ readonly payload: JWTPayload }>): Promise<JWTPayload | undefined> {
  try {
    return (await result).payload;
  } catch (error) {
    // A key server that cannot be asked says nothing about the token.
    const known = error instanceof errors.JOSEError && error.constructor !== errors.JOSEError;
    if (known && !(error instanceof errors.JWKSTimeout)) return undefined;
    throw refusals.keysUnavailable();
  }
}

const names = (claims: JWTPayload, domain: DomainConfig): boolean =>
  strings([claims[domain.auth.claim]]).some((name) => name.toLowerCase() === domain.name.toLowerCase());

const strings = (values: readonly unknown[]): string[] =>
  values
    .flat()
    .filter((value) => typeof value === 'string')
    .slice(0, maxNamed);

function decode(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
