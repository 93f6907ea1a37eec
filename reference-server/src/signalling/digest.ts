/**
 * Digest credentials for requests that are challenged (RFC 3261 section 22, RFC 7616, RFC 8760). drachtio-srf has MD5
 * alone, so the request is sent again by us.
 */
import { createHash } from 'node:crypto';
import { type Headers, quote, unquote } from '../sip/message/index.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Hashes by the names of RFC 8760 section 2.1; `-sess` goes with each (RFC 7616 section 3.4.2). */
const hashes: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-256', 'sha256'],
  ['SHA-512-256', 'sha512-256'],
]);

export interface Challenge {
  /** The header that meets it. */
  readonly header: 'Authorization' | 'Proxy-Authorization';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the challenge writes it; undefined where it names none, which is MD5. */
  readonly algorithm: string | undefined;
  /** Whether `auth` is among the qualities that it offers; without any the form of RFC 2069 is used. */
  readonly auth: boolean;
  /** The credentials were right, the nonce was too old (RFC 7616 section 3.3). */
  readonly stale: boolean;
}

/**
 * The challenges of a 401 or 407 that can be met: of several for one realm the topmost one whose algorithm and quality
 * are known here (RFC 8760 section 2.4).
 */
export const challengesOf = (headers: Headers): readonly Challenge[] => {
  const all = (
    [
      ['WWW-Authenticate', 'Authorization'],
      ['Proxy-Authenticate', 'Proxy-Authorization'],
    ] as const
  ).flatMap(([name, header]) => headers.getAll(name).flatMap((value) => parse(value, header) ?? []));
  return all.filter((one, i) => all.findIndex((other) => keyOf(other) === keyOf(one)) === i);
};

/** Who asks: a realm of the one who is called and one of a proxy are two, though they be of one name. */
export const keyOf = ({ header, realm }: Pick<Challenge, 'header' | 'realm'>): string => `${header} ${realm}`;

const parse = (value: string, header: Challenge['header']): Challenge | undefined => {
  if (!/^\s*digest\s/i.test(value)) return undefined;
  const found = new Map<string, string>();
  for (const [, name = '', text = ''] of value
    .replace(/^\s*\S+/, '')
    .matchAll(/([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+)/g)) {
    found.set(name.toLowerCase(), unquote(text));
  }
  const [realm, nonce, algorithm] = [found.get('realm'), found.get('nonce'), found.get('algorithm')];
  const qualities = found
    .get('qop')
    ?.split(',')
    .map((quality) => quality.trim().toLowerCase());
  if (realm === undefined || nonce === undefined || hashOf(algorithm) === undefined) return undefined;
  if (qualities !== undefined && !qualities.includes('auth')) return undefined;
  return {
    ...{ header, realm, nonce, algorithm },
    opaque: found.get('opaque'),
    auth: qualities !== undefined,
    stale: found.get('stale')?.toLowerCase() === 'true',
  };
};

const hashOf = (algorithm = 'MD5'): string | undefined => hashes.get(algorithm.toUpperCase().replace(/-SESS$/, ''));

/** What a request says of itself in the credentials. */
export interface Asking {
  readonly method: string;
  /** The Request-URI as it is sent. */
  readonly uri: string;
  /** Never the same for two requests. */
  readonly cnonce: string;
  /** Requests with this nonce so far, this one included. */
  readonly count: number;
}

/** Value of the header that meets the challenge. */
export const authorization = (challenge: Challenge, { username, password }: Credentials, asking: Asking): string => {
  const { realm, nonce, opaque, algorithm, auth } = challenge;
  const { method, uri, cnonce, count } = asking;
  const hash = (...parts: readonly string[]): string =>
    createHash(hashOf(algorithm) ?? 'md5')
      .update(parts.join(':'))
      .digest('hex');
  const session = /-sess$/i.test(algorithm ?? '');
  const secret = hash(username, realm, password);
  const nc = count.toString(16).padStart(8, '0');
  const response = hash(
    session ? hash(secret, nonce, cnonce) : secret,
    nonce,
    ...(auth ? [nc, cnonce, 'auth'] : []),
    hash(method, uri),
  );
  const parts = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(auth || session ? [`cnonce="${cnonce}"`] : []),
    ...(auth ? ['qop=auth', `nc=${nc}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
  ];
  return `Digest ${parts.join(', ')}`;
};
