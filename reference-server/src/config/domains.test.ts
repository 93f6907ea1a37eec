import { describe, expect, it } from 'vitest';
import { createDomains } from './domains.ts';
import { checkSettings } from './load.ts';
import { distance, nearest } from './nearest.ts';
import { parseNumberRange } from './numbers.ts';

const base = { callbacks: { baseUrl: 'http://127.0.0.1:1' } };
const config = await checkSettings({
  environment: {},
  overrides: [
    { option: 'test', path: ['trustedPeers'], value: ['192.0.2.1'] },
    {
      option: 'test',
      path: ['domains'],
      value: [
        { ...base, name: 'One.example', sipHosts: ['sip.one.example'], numbers: ['+46*'] },
        {
          ...{ ...base, name: 'two.example', numbers: ['+4689', '+46800..+46899', '*'] },
          sipCredentials: [
            { host: 'Trunk.example', realm: 'a', username: 'first', password: 'x' },
            { host: 'trunk.example', username: 'any', password: 'y' },
          ],
        },
      ],
    },
  ],
});
const domains = createDomains(config);

describe('D-DOMAIN', () => {
  it.each([
    ['a host', 'sip.one.example', 'x', 'One.example'],
    ['a host in capitals', 'SIP.ONE.EXAMPLE', 'x', 'One.example'],
    ['the name', 'one.example', 'x', 'One.example'],
    ['the host before the number', 'two.example', '+461', 'two.example'],
    ['the prefix', '192.0.2.9', '+461', 'One.example'],
    ['an exact number before the prefix', '192.0.2.9', '+4689', 'two.example'],
    ['a range before the prefix', '192.0.2.9', '+46850', 'two.example'],
    ['any number', '192.0.2.9', 'bob', 'two.example'],
  ])('%s finds the domain', (_name, host, user, expected) => {
    expect(domains.find(host, user)?.name).toBe(expected);
  });

  it('gives our own From the first host', () => {
    expect(domains.get('one.EXAMPLE')?.sipHost).toBe('sip.one.example');
    expect(domains.get('two.example')?.sipHost).toBe('two.example');
  });

  it('trusts the listed peers alone', () => {
    expect(['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.2'].map(domains.trusted)).toEqual([true, true, false]);
  });
});

describe('credentials for a challenge', () => {
  it.each([
    ['the realm of a host', 'two.example', 'trunk.example', 'a', 'first'],
    ['any other realm of it', 'TWO.example', 'TRUNK.example', 'b', 'any'],
    ['another host that claims the realm', 'two.example', 'evil.example', 'a', undefined],
    ['another domain', 'sip.one.example', 'trunk.example', 'a', undefined],
    ['no domain', 'three.example', 'trunk.example', 'a', undefined],
  ])('%s', (_name, tenant, host, realm, username) => {
    expect(domains.credentials({ tenant, host, realm })?.username).toBe(username);
  });
});

describe('number ranges', () => {
  it.each([
    ['+100..+199', ['+100', '+150', '+199'], ['100', '+099', '+200', '+1500', '+15a', '']],
    ['1000', ['1000'], ['10000', '+1000', '100']],
    ['+46*', ['+46', '+468'], ['46', '+4']],
    ['*', ['', 'anyone'], []],
  ])('%s', (text, inside, outside) => {
    const range = parseNumberRange(text);
    expect(inside.filter((user) => range?.matches(user) !== true)).toEqual([]);
    expect(outside.filter((user) => range?.matches(user) !== false)).toEqual([]);
  });

  it.each([['+1..2'], ['1..20'], ['2..1'], [''], ['a b'], ['*1']])('%j is none', (text) => {
    expect(parseNumberRange(text)).toBeUndefined();
  });
});

describe('nearest', () => {
  it.each([
    ['prot', 'port', 1],
    ['port', 'ports', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['Host', 'host', 0],
  ])('%s is %s after %d edits', (from, to, edits) => {
    expect(distance(from, to)).toBe(edits);
    expect(distance(to, from)).toBe(edits);
  });

  it('names nothing that is far off', () => {
    expect(nearest('colour', ['level', 'port'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
