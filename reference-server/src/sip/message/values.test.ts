import { describe, expect, it } from 'vitest';
import * as sip from './index.ts';

const uri = (text: string) => sip.parseUri(text);

describe('parseNameAddr', () => {
  it.each([
    ['<sip:a@b>', { uri: uri('sip:a@b'), params: new Map() }],
    ['sip:a@b;tag=1', { uri: uri('sip:a@b'), params: new Map([['tag', '1']]) }],
    [
      '"Al \\"the\\" \\\\ Ice" <sip:a@b;x=1>;TAG=2;flag',
      {
        displayName: 'Al "the" \\ Ice',
        uri: uri('sip:a@b;x=1'),
        params: new Map<string, unknown>([
          ['tag', '2'],
          ['flag', true],
        ]),
      },
    ],
    ['Al Ice<sip:a@b>', { displayName: 'Al Ice', uri: uri('sip:a@b'), params: new Map() }],
    ['"a<b>" <sip:a@b>', { displayName: 'a<b>', uri: uri('sip:a@b'), params: new Map() }],
    ['Jürgen <sip:a@b>', { displayName: 'Jürgen', uri: uri('sip:a@b'), params: new Map() }],
    [
      '<sip:a@b> ; expires = 60 ; +sip.instance="<urn:uuid:1;2>"',
      {
        uri: uri('sip:a@b'),
        params: new Map([
          ['expires', '60'],
          ['+sip.instance', '"<urn:uuid:1;2>"'],
        ]),
      },
    ],
    ['tel:+12', { uri: uri('tel:+12'), params: new Map() }],
  ])('%s', (text, value) => {
    const read = sip.parseNameAddr(text);
    expect(read).toEqual(value);
    expect(read && sip.parseNameAddr(sip.serializeNameAddr(read))).toEqual(value);
  });

  it.each([
    [''],
    ['*'],
    ['<sip:a@b'],
    ['"open <sip:a@b>'],
    ['"a" b <sip:a@b>'],
    ['a, b <sip:a@b>'],
    ['sip:a@b?x=y'],
    ['< sip:a@b >'],
    ['<sip:a@b>;'],
    ['<sip:a@b>;;x'],
    ['<sip:a@b>;x=1;X=2'],
    ['<sip:a@b> x'],
    ['<sip:a@b>;x="open'],
    ['<sip:a@b>;x=a b'],
    ['<>'],
  ])('%j is malformed', (text) => {
    expect(sip.parseNameAddr(text)).toBeUndefined();
  });
});

describe('parseVia', () => {
  it.each([
    ['SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport', 'UDP', '192.0.2.1', 5060, { branch: 'z9hG4bK1', rport: true }],
    [
      'sip / 2.0 / tls  host.example ; received=192.0.2.9 ; rport = 99',
      'TLS',
      'host.example',
      undefined,
      { received: '192.0.2.9', rport: '99' },
    ],
    [
      'SIP/2.0/TCP [2001:db8::9]:5066;received=[2001:db8::1];branch=z',
      'TCP',
      '[2001:db8::9]',
      5066,
      { received: '[2001:db8::1]', branch: 'z' },
    ],
    ['SIP/2.0/UDP host : 5061', 'UDP', 'host', 5061, {}],
    ['SIP/2.0/UDP host;received=2001:db8::1', 'UDP', 'host', undefined, { received: '2001:db8::1' }],
  ])('%s', (text, transport, host, port, params) => {
    const via = sip.parseVia(text);
    expect(via).toEqual({
      transport,
      host,
      ...(port === undefined ? {} : { port }),
      params: new Map(Object.entries(params)),
    });
    expect(via && sip.parseVia(sip.serializeVia(via))).toEqual(via);
  });

  it.each([
    [''],
    ['SIP/2.0/UDP'],
    ['SIP/2.0 host'],
    ['SIP/3.0/UDP host'],
    ['HTTP/2.0/UDP host'],
    ['SIP/2.0/UDP ho st'],
    ['SIP/2.0/UDP host:99999'],
    ['SIP/2.0/UDP host;;x'],
    ['SIP/2.0/U{P host'],
  ])('%j is malformed', (text) => {
    expect(sip.parseVia(text)).toBeUndefined();
  });
});

describe('small values', () => {
  it.each([
    ['1 INVITE', { seq: 1, method: 'INVITE' }],
    ['0009  ACK', { seq: 9, method: 'ACK' }],
    ['2147483647 X', { seq: 2147483647, method: 'X' }],
    ['2147483648 X', undefined],
    ['INVITE', undefined],
    ['-1 INVITE', undefined],
    ['1 IN VITE', undefined],
    ['1 I{', undefined],
    ['', undefined],
  ])('CSeq %j', (text, value) => {
    expect(sip.parseCSeq(text)).toEqual(value);
  });

  it.each([
    ['776656 1 INVITE', { rseq: 776656, cseq: 1, method: 'INVITE' }],
    ['1 INVITE', undefined],
    ['a 1 INVITE', undefined],
    ['1 2 INVITE x', undefined],
  ])('RAck %j', (text, value) => {
    expect(sip.parseRAck(text)).toEqual(value);
  });

  it.each([
    ['1800', { seconds: 1800 }],
    ['90;refresher=uac', { seconds: 90, refresher: 'uac' }],
    ['90 ; Refresher = UAS;x=y', { seconds: 90, refresher: 'uas' }],
    ['90;refresher=proxy', undefined],
    ['x', undefined],
    ['90;;', undefined],
  ])('Session-Expires %j', (text, value) => {
    const read = sip.parseSessionExpires(text);
    expect(read).toEqual(value);
    if (read !== undefined) expect(sip.parseSessionExpires(sip.serializeSessionExpires(read))).toEqual(read);
  });

  it.each([
    ['"Bob" <sip:b@c>;tag=x-1', 'x-1'],
    ['sip:b@c;tag=2', '2'],
    ['<sip:b@c;tag=no>', undefined],
    ['"tag=;tag=7" <sip:b@c> ; Tag = 3 ;y', '3'],
    ['', undefined],
  ])('tag of %j', (value, tag) => {
    expect(sip.tagOf(value)).toBe(tag);
  });

  it.each([
    [200, 'OK'],
    [488, 'Not Acceptable Here'],
    [477, 'Request Failure'],
    [699, 'Global Failure'],
  ])('reason of %i', (status, phrase) => {
    expect(sip.reasonPhrase(status)).toBe(phrase);
  });

  it.each([
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ['', '""'],
  ])('quote %j', (text, quoted) => {
    expect(sip.quote(text)).toBe(quoted);
    expect(sip.unquote(quoted)).toBe(text);
  });
});
