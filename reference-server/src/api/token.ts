/** A bearer token for a domain with a shared secret, as its owner would make one (D-AUTH). */
import { SignJWT } from 'jose';
import { type Config, ConfigError } from '../config/types.ts';

/** @throws ConfigError when there is no such domain, or its tokens are signed elsewhere. */
export function mintToken(config: Config, name: string | undefined, seconds: number, now: Date): Promise<string> {
  const domain = config.domains.find((candidate) => name === undefined || candidate.name === name);
  if (domain === undefined) {
    throw complaint(`there is no domain "${name}"; there is ${config.domains.map((known) => known.name).join(', ')}`);
  }
  const { auth } = domain;
  if (auth.type === 'jwks') throw complaint(`tokens of ${domain.name} are signed by the owner of ${auth.url}`);
  const issued = Math.floor(now.getTime() / 1000);
  return new SignJWT({ [auth.claim]: domain.name })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(issued)
    .setExpirationTime(issued + Math.round(seconds))
    .sign(new TextEncoder().encode(auth.secret));
}

const complaint = (message: string): ConfigError => new ConfigError([{ message, source: 'settings', pointer: '' }]);
