import { describe, expect, it } from 'vitest';
import type { LegId } from '../session/ids.ts';
import type { InboundCall } from '../session/ports/sip.ts';
import { inboundCall } from './inbound-call.ts';
import { readMessage } from './message.ts';

const sdp = 'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\n';

const call = (
  headers: readonly string[],
  { body = '', uri = 'sip:+46890510@demo.example', from = '' } = {},
): InboundCall => {
  const raw = [
    `INVITE ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1',
    `From: ${from || '"Dev" <sip:device@phone.example>;tag=1'}`,
    'To: <sip:+46890510@demo.example>',
    'Call-ID: abc@phone',
    'CSeq: 1 INVITE',
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  const message = readMessage(raw);
  if (message === undefined) throw new Error('the test message is broken');
  const arrival = { leg: 'l' as LegId, requestUri: uri, sourceAddress: '192.0.2.9', traceHeader: 'X-Trace-Id' };
  return inboundCall(message, arrival);
};

describe('an INVITE as the session layer sees it', () => {
  it('has who calls whom, from where', () => {
    expect(call([])).toEqual({
      leg: 'l',
      sipCallId: 'abc@phone',
      requestUri: 'sip:+46890510@demo.example',
      called: { user: '+46890510', host: 'demo.example' },
      from: { user: 'device', host: 'phone.example', displayName: 'Dev' },
      private: false,
      diversion: [],
      xHeaders: {},
      pHeaders: {},
      sourceAddress: '192.0.2.9',
    });
  });

  it.each<[string, Parameters<typeof call>, Partial<InboundCall>]>([
    [
      'escapes in the called user',
      [[], { uri: 'sip:a%20b;x=1@Demo.Example' }],
      { called: { user: 'a b', host: 'demo.example' } },
    ],
    ['no called user', [[], { uri: 'sip:demo.example' }], { called: { user: '', host: 'demo.example' } }],
    [
      'quotes in a display name',
      [[], { from: '"A \\"B\\"" <sip:c@d>;tag=1' }],
      { from: { user: 'c', host: 'd', displayName: 'A "B"' } },
    ],
    [
      'asserted SIP URI',
      [['P-Asserted-Identity: "Carl" <sip:+468@x;user=phone>']],
      { asserted: { user: '+468', host: 'x', displayName: 'Carl' } },
    ],
    ['asserted tel URI', [['P-Asserted-Identity: <tel:+46-8-90;ext=1>']], { asserted: { user: '+46-8-90', host: '' } }],
    [
      'two asserted in one header',
      [['P-Asserted-Identity: <sip:a@x>, <tel:+1>']],
      { asserted: { user: 'a', host: 'x' } },
    ],
    [
      'the first asserted one that can be used',
      [['P-Asserted-Identity: <urn:x:y>', 'P-Asserted-Identity: <tel:+1>']],
      { asserted: { user: '+1', host: '' } },
    ],
    ['Privacy id', [['Privacy: id']], { private: true }],
    ['Privacy among others', [['Privacy: critical;header']], { private: true }],
    ['Privacy none', [['Privacy: none']], { private: false }],
    ['anonymous From', [[], { from: '<sip:anonymous@anonymous.invalid>;tag=1' }], { private: true }],
    ['subject in compact form', [['s: hello']], { subject: 'hello' }],
    ['Referred-By', [['Referred-By: <sip:r@x>;cid="1"']], { referredBy: '<sip:r@x>;cid="1"' }],
    [
      'several Diversion headers',
      [['Diversion: <sip:a@x>;reason="no, really", <sip:b@x>', 'Diversion: <sip:c@x>']],
      { diversion: ['<sip:a@x>;reason="no, really"', '<sip:b@x>', '<sip:c@x>'] },
    ],
    [
      'X- headers, repeated ones as arrays',
      [['X-One: a, b', 'x-ONE: c', 'X-Two: d']],
      { xHeaders: { 'x-one': ['a, b', 'c'], 'x-two': 'd' } },
    ],
    ['P- headers', [['P-Charge-Info: <sip:1@x>']], { pHeaders: { 'p-charge-info': '<sip:1@x>' } }],
    ['folded X- header', [['X-Long: a', '  b']], { xHeaders: { 'x-long': 'a b' } }],
    ['trace id', [['X-Trace-Id: 123']], { traceId: '123' }],
    ['session interval', [['Session-Expires: 600;refresher=uac']], { expires: 600 }],
    ['SDP', [['Content-Type: application/sdp'], { body: sdp }], { sdp }],
    [
      'SDP in a multipart body',
      [
        ['Content-Type: multipart/mixed;boundary=b'],
        {
          body: `--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: application/sdp\r\n\r\n${sdp}\r\n--b--\r\n`,
        },
      ],
      { sdp },
    ],
  ])('%s', (_name, [headers, rest], expected) => {
    expect(call(headers, rest)).toMatchObject(expected);
  });

  it('has no SDP where the body is something else', () => {
    expect(call(['Content-Type: text/plain'], { body: 'hello' })).not.toHaveProperty('sdp');
  });
});
