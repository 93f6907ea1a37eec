import { describe, expect, it } from 'vitest';
import { escapeUser, parseUri, serializeUri, unescapeUri } from './index.ts';

const params = (entries: [string, string | true][] = []) => new Map(entries);

describe('parseUri', () => {
  it.each([
    ['sip:alice@example.com', { scheme: 'sip', user: 'alice', host: 'example.com', params: params(), headers: [] }],
    ['SIPS:example.com:5071', { scheme: 'sips', host: 'example.com', port: 5071, params: params(), headers: [] }],
    [
      'sip:a:secret@example.com',
      { scheme: 'sip', user: 'a', password: 'secret', host: 'example.com', params: params(), headers: [] },
    ],
    [
      'sip:a@[2001:db8::1]:5060;Transport=tcp;lr?Subject=x%20y&To=',
      {
        scheme: 'sip',
        user: 'a',
        host: '[2001:db8::1]',
        port: 5060,
        params: params([
          ['transport', 'tcp'],
          ['lr', true],
        ]),
        headers: [
          { name: 'Subject', value: 'x%20y' },
          { name: 'To', value: '' },
        ],
      },
    ],
    [
      'sip:+1-212;isub=7?x/y@gw',
      { scheme: 'sip', user: '+1-212;isub=7?x/y', host: 'gw', params: params(), headers: [] },
    ],
    ['sip:*31#123@gw', { scheme: 'sip', user: '*31#123', host: 'gw', params: params(), headers: [] }],
    ['tel:+1-201-555-0123;ext=5', { scheme: 'tel', number: '+1-201-555-0123', params: params([['ext', '5']]) }],
    [
      'tel:7042;phone-context=example.com',
      { scheme: 'tel', number: '7042', params: params([['phone-context', 'example.com']]) },
    ],
    ['urn:service:sos', { scheme: 'other', name: 'urn', rest: 'service:sos' }],
  ])('%s', (text, uri) => {
    expect(parseUri(text)).toEqual(uri);
    const written = serializeUri(uri as NonNullable<ReturnType<typeof parseUri>>);
    expect(parseUri(written)).toEqual(uri);
    expect(written.toLowerCase()).toBe(text.toLowerCase());
  });

  it.each([
    [''],
    ['sip:'],
    ['alice@example.com'],
    ['sip:@example.com'],
    ['sip:a@'],
    ['sip:a b@example.com'],
    ['sip:a@exa mple.com'],
    ['sip:a%4@example.com'],
    ['sip:a%zz@example.com'],
    ['sip:a@example.com:'],
    ['sip:a@example.com:x'],
    ['sip:a@example.com:65536'],
    ['sip:a@example.com;'],
    ['sip:a@example.com;;lr'],
    ['sip:a@example.com;lr;lr'],
    ['sip:a@example.com;x='],
    ['sip:a@example.com?'],
    ['sip:a@example.com?x'],
    ['sip:a@[::1'],
    ['sip:a@[zz]'],
    ['<sip:a@example.com>'],
    ['tel:'],
    ['tel:12x4'],
    ['1a b:x'],
    ['http:'],
    ['sip:a@example.com?x"=y'],
    ['sip:a@example.com?x=y"'],
    ['sip:a"b@example.com'],
    ['sip:a@example.com;x="y"'],
  ])('%j is malformed', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });
});

describe('escapes', () => {
  it.each([
    ['plain', 'plain'],
    ['a b', 'a%20b'],
    ['#1', '%231'],
    ['50%', '50%25'],
    ['a@b', 'a%40b'],
    ['Jürgen', 'J%C3%BCrgen'],
    ['+1;x=2', '+1;x=2'],
  ])('%s as user part is %s', (text, escaped) => {
    expect(escapeUser(text)).toBe(escaped);
    expect(unescapeUri(escaped)).toBe(text);
  });

  it.each([
    ['%', '%'],
    ['%4', '%4'],
    ['%zz', '%zz'],
    ['%41%', 'A%'],
    ['%ff', '\ufffd'],
  ])('%j resolves to %j', (text, resolved) => {
    expect(unescapeUri(text)).toBe(resolved);
  });
});
