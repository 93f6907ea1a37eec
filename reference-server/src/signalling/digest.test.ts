import { describe, expect, it } from 'vitest';
import { Headers } from '../sip/message/index.ts';
import { Challenged } from './challenged.ts';
import { authorization, type Challenge, challengesOf } from './digest.ts';

const challenge = (more: Partial<Challenge> = {}): Challenge => ({
  header: 'Authorization',
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  algorithm: undefined,
  auth: true,
  stale: false,
  ...more,
});
const mufasa = { username: 'Mufasa', password: 'Circle of Life' };
const asking = {
  method: 'GET',
  uri: '/dir/index.html',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  count: 1,
};
const part = (header: string, name: string) => new RegExp(`\\b${name}="?([^",]*)`).exec(header)?.[1];
const headers = (...lines: readonly (readonly [string, string])[]): Headers => {
  const all = new Headers();
  for (const [name, value] of lines) all.append(name, value);
  return all;
};

describe('credentials', () => {
  it.each([
    ['MD5', 'MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['MD5 that is not named', undefined, '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', 'SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('of the example of RFC 7616 section 3.9.1 with %s', (_name, algorithm, response) => {
    const value = authorization(challenge({ algorithm }), mufasa, asking);
    expect(part(value, 'response')).toBe(response);
    expect(part(value, 'algorithm')).toBe(algorithm);
    expect(part(value, 'nc')).toBe('00000001');
    expect(value).toContain('qop=auth,');
  });

  it('of the example of RFC 2617 section 3.5, and without qop the response of RFC 2069', () => {
    const old = challenge({ realm: 'testrealm@host.com', nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093' });
    const asked = { ...asking, cnonce: '0a4f113b' };
    const own = { username: 'Mufasa', password: 'Circle Of Life' };
    expect(part(authorization(old, own, asked), 'response')).toBe('6629fae49393a05397450978507c4ef1');
    const bare = authorization({ ...old, auth: false, opaque: undefined }, own, asked);
    expect(part(bare, 'response')).toBe('670fd8c2df070c60b045671b8b24ff02');
    expect(bare).not.toMatch(/cnonce|qop|nc=|opaque/);
  });

  it('count in hexadecimal, and cannot break out of their quotes', () => {
    const value = authorization(challenge(), { username: 'a"b\\c', password: 'x' }, { ...asking, count: 26 });
    expect(part(value, 'nc')).toBe('0000001a');
    expect(value).toContain('username="a\\"b\\\\c"');
  });

  it('of a session algorithm are made of the nonces too', () => {
    const plain = authorization(challenge({ algorithm: 'MD5' }), mufasa, asking);
    const session = authorization(challenge({ algorithm: 'MD5-sess' }), mufasa, asking);
    expect(part(session, 'response')).not.toBe(part(plain, 'response'));
    expect(part(session, 'algorithm')).toBe('MD5-sess');
  });
});

describe('challenges', () => {
  const digest = 'Digest realm="r", nonce="n", ';
  it.each<[string, string, Partial<Challenge> | undefined]>([
    [
      'the least',
      'Digest realm="r", nonce="n"',
      { algorithm: undefined, auth: false, stale: false, opaque: undefined },
    ],
    ['a scheme in capitals', 'DIGEST realm="r",nonce="n",qop="auth"', { auth: true }],
    ['commas and quotes in quotes', 'Digest realm="a, \\"b\\"", nonce="n,o=p"', { realm: 'a, "b"', nonce: 'n,o=p' }],
    ['several qualities', `${digest}qop="auth-int, auth"`, { auth: true }],
    ['no quality that is known', `${digest}qop="auth-int"`, undefined],
    ['an algorithm that is not known', `${digest}algorithm=AKAv1-MD5`, undefined],
    ['an algorithm in small letters', `${digest}algorithm=sha-256`, { algorithm: 'sha-256' }],
    ['a stale nonce', `${digest}stale=TRUE, opaque="o"`, { stale: true, opaque: 'o' }],
    ['another scheme', 'Basic realm="r"', undefined],
    ['no nonce', 'Digest realm="r"', undefined],
    ['nothing', '', undefined],
  ])('%s', (_name, value, expected) => {
    const found = challengesOf(headers(['WWW-Authenticate', value]));
    if (expected === undefined) expect(found).toEqual([]);
    else
      expect(found).toEqual([
        expect.objectContaining({ header: 'Authorization', realm: 'r', nonce: 'n', ...expected }),
      ]);
  });

  it('of one realm: the topmost that is known; realms of a proxy stay apart', () => {
    const of = (algorithm: string) => `${digest}algorithm=${algorithm}`;
    const found = challengesOf(
      headers(
        ['WWW-Authenticate', of('SHA3-512')],
        ['WWW-Authenticate', of('SHA-256')],
        ['WWW-Authenticate', of('MD5')],
        ['Proxy-Authenticate', of('MD5')],
      ),
    );
    expect(found.map(({ header, algorithm }) => [header, algorithm])).toEqual([
      ['Authorization', 'SHA-256'],
      ['Proxy-Authorization', 'MD5'],
    ]);
  });
});

describe('a call that is challenged', () => {
  const www = (nonce: string, more = '', realm = 'r') =>
    headers(['WWW-Authenticate', `Digest realm="${realm}", nonce="${nonce}", qop="auth"${more}`]);
  const call = () =>
    new Challenged({
      credentials: (realm) => (realm === 'r' || realm === 'p' ? mufasa : undefined),
      newNonce: () => 'c',
    });
  const next = (one: Challenged) => one.headers('INVITE', 'sip:a@b');

  it('answers once, and gives up when asked for the same again', () => {
    const one = call();
    expect(one.take(www('1'))).toBe(true);
    expect(part(next(one).Authorization ?? '', 'nonce')).toBe('1');
    expect(one.take(www('2'))).toBe(false);
  });

  it('answers again when the nonce was stale, but not for the same nonce', () => {
    const one = call();
    one.take(www('1'));
    next(one);
    expect(one.take(www('2', ', stale=true'))).toBe(true);
    const { Authorization = '' } = next(one);
    expect([part(Authorization, 'nonce'), part(Authorization, 'nc')]).toEqual(['2', '00000001']);
    expect(one.take(www('2', ', stale=true'))).toBe(false);
  });

  it('answers nobody whose realm it has nothing for', () => {
    expect(call().take(www('1', '', 'other'))).toBe(false);
  });

  it('keeps what a proxy got when the one behind it asks too, and counts its nonce', () => {
    const one = call();
    one.take(headers(['Proxy-Authenticate', 'Digest realm="p", nonce="1", qop="auth"']));
    next(one);
    expect(one.take(www('2'))).toBe(true);
    const sent = next(one);
    expect(part(sent['Proxy-Authorization'] ?? '', 'nc')).toBe('00000002');
    expect(part(sent.Authorization ?? '', 'nc')).toBe('00000001');
  });
});
