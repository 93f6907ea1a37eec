import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiHarness, domainTree, secretOf, startApi, token } from '../testing/api-harness.ts';

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let api: ApiHarness;
const keys = createServer();
let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let stranger: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  pair = await generateKeyPair('ES256');
  stranger = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
  keys.on('request', (_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  const jwksUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`;
  api = await startApi([
    domainTree('a.example'),
    domainTree('b.example'),
    domainTree('k.example', { auth: { jwksUrl, algorithms: ['ES256'], claim: 'tenants' } }),
    domainTree('dead.example', { auth: { jwksUrl: 'http://127.0.0.1:1/keys' } }),
  ]);
});
afterAll(async () => {
  await api.close();
  keys.close();
});

async function ask(domain: string, authorization: string | undefined): Promise<[number, unknown]> {
  const response = await fetch(`${api.url}/${domain}/promptfile/none.wav`, {
    headers: authorization === undefined ? {} : { Authorization: authorization },
  });
  const body = (await response.json()) as { error: unknown };
  return [response.status, body.error];
}

/** A good token gets as far as the file that is not there. */
const passed = [404, 'unknownFile'];
const unsigned = (domain: string) => `${encode({ alg: 'none' })}.${encode({ domain })}.`;
const es256 = (claims: object, key = pair.privateKey, kid = 'k1'): Promise<string> =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid }).setExpirationTime(inSeconds(60)).sign(key);

type Row = [name: string, domain: string, make: () => Promise<string>, expected: (string | number)[]];

describe('D-AUTH with a shared secret', () => {
  it.each<Row>([
    ['good token', 'a.example', () => token('a.example'), passed],
    [
      'several domains in the claim',
      'b.example',
      () => token('b.example', { claims: { domain: ['a.example', 'b.example'] } }),
      passed,
    ],
    ['domain in other case', 'A.Example', () => token('a.example'), passed],
    [
      'expired a moment ago, within the tolerance',
      'a.example',
      () => token('a.example', { expires: inSeconds(-2) }),
      passed,
    ],
    ['expired', 'a.example', () => token('a.example', { expires: inSeconds(-10) }), [401, 'unauthorized']],
    ['not valid yet', 'a.example', () => token('a.example', { claims: { nbf: inSeconds(60) } }), [401, 'unauthorized']],
    ['wrong secret', 'a.example', () => token('a.example', { secret: secretOf('wrong') }), [401, 'unauthorized']],
    ['algorithm none', 'a.example', async () => unsigned('a.example'), [401, 'unauthorized']],
    ['asymmetric where a secret is due', 'a.example', () => es256({ domain: 'a.example' }), [401, 'unauthorized']],
    ['no token at all', 'a.example', async () => 'garbage', [401, 'unauthorized']],
    ['token of another domain', 'a.example', () => token('b.example'), [403, 'wrongDomain']],
    [
      'own key, other domain in the claim',
      'a.example',
      () => token('b.example', { secret: secretOf('a.example') }),
      [403, 'wrongDomain'],
    ],
    ['no domain in the claim', 'a.example', () => token('a.example', { claims: { domain: 7 } }), [403, 'wrongDomain']],
    [
      'expired token of another domain',
      'a.example',
      () => token('b.example', { expires: inSeconds(-10) }),
      [401, 'unauthorized'],
    ],
    ['unknown domain, good token of another', 'x.example', () => token('a.example'), [404, 'unknownDomain']],
    ['unknown domain, token that names it', 'x.example', () => token('x.example'), [404, 'unknownDomain']],
    ['unknown domain, no token at all', 'x.example', async () => '', [404, 'unknownDomain']],
  ])('%s', async (_name, domain, make, expected) => {
    expect(await ask(domain, `Bearer ${await make()}`)).toEqual(expected);
  });

  it.each([
    ['no header', undefined],
    ['another scheme', 'Basic YTpi'],
    ['nothing after Bearer', 'Bearer '],
  ])('%s: 401 with a challenge', async (_name, authorization) => {
    const response = await fetch(`${api.url}/a.example/hangupcall`, {
      method: 'POST',
      headers: authorization === undefined ? {} : { Authorization: authorization },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });
});

describe('D-AUTH with a JWKS URL', () => {
  it.each<Row>([
    ['good token', 'k.example', () => es256({ tenants: ['k.example'] }), passed],
    ['another claim', 'k.example', () => es256({ domain: 'k.example' }), [403, 'wrongDomain']],
    ['another key', 'k.example', () => es256({ tenants: 'k.example' }, stranger.privateKey), [401, 'unauthorized']],
    [
      'unknown key id',
      'k.example',
      () => es256({ tenants: 'k.example' }, pair.privateKey, 'k2'),
      [401, 'unauthorized'],
    ],
    [
      'HS256 where a key pair is due',
      'k.example',
      () => token('k.example', { claims: { tenants: 'k.example' } }),
      [401, 'unauthorized'],
    ],
    ['its token at another domain', 'a.example', () => es256({ tenants: 'k.example' }), [403, 'wrongDomain']],
    [
      'key server that does not answer',
      'dead.example',
      () => es256({ domain: 'dead.example' }),
      [503, 'internalError'],
    ],
  ])('%s', async (_name, domain, make, expected) => {
    expect(await ask(domain, `Bearer ${await make()}`)).toEqual(expected);
  });
});
