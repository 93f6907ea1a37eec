import { describe, expect, it } from 'vitest';
import type { TraceId } from '../session/ids.ts';
import type { OutboundInvite } from '../session/ports/sip.ts';
import { parseNameAddr } from '../sip/message/index.ts';
import { inviteHeaders, proxyFor } from './outbound-invite.ts';
import { extensions } from './refusal.ts';

const base: OutboundInvite = {
  uri: 'sip:bob@phone.example:5070;transport=tcp',
  fromUser: '+4670',
  fromHost: 'demo.example',
  private: false,
  headers: [],
  traceId: 'trace' as TraceId,
};
const headersOf = (patch: Partial<OutboundInvite>) =>
  inviteHeaders({ ...base, ...patch }, { traceHeader: 'X-Trace-Id', sessionExpires: 1800, extensions });

describe('headers of an INVITE (D-HEADERS)', () => {
  it('has these when nothing is asked for', () => {
    expect(headersOf({})).toEqual({
      From: '<sip:+4670@demo.example>',
      To: '<sip:bob@phone.example:5070>',
      'X-Trace-Id': 'trace',
      'Session-Expires': '1800',
      Allow: 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK',
      Supported: '100rel, timer',
    });
  });

  it.each<[string, Partial<OutboundInvite>, Readonly<Record<string, string>>]>([
    ['no calling user', { fromUser: '' }, { From: '<sip:demo.example>' }],
    ['calling user with spaces', { fromUser: 'a b@c' }, { From: '<sip:a%20b%40c@demo.example>' }],
    [
      'display name with quotes',
      { fromDisplayName: 'D "D" \\' },
      { From: '"D \\"D\\" \\\\" <sip:+4670@demo.example>' },
    ],
    ['called user', { toUser: 'x' }, { To: '<sip:x@phone.example:5070>' }],
    [
      'privacy',
      { private: true, fromDisplayName: 'D', assertedUser: '1' },
      {
        From: '"Anonymous" <sip:anonymous@anonymous.invalid>',
        Privacy: 'id',
        'P-Asserted-Identity': '<sip:1@demo.example>',
      },
    ],
    [
      'Remote-Party-ID',
      { remotePartyIdUser: '12' },
      { 'Remote-Party-ID': '<sip:12@demo.example>;party=calling;privacy=off' },
    ],
    [
      'Diversion',
      { diversionUser: '34', diversionParameters: { reason: 'unconditional', counter: '1', text: 'a "b"' } },
      {
        Diversion: '<sip:34@demo.example>;reason=unconditional;counter=1;text="a \\"b\\""',
      },
    ],
    [
      'Contact parameters',
      { contactParameters: { transport: 'udp', ob: '', v: 'a;b>c' } },
      {
        Contact: '<sip:+4670@localhost;transport=udp;ob;v=a%3Bb%3Ec>',
      },
    ],
    [
      'Contact user parameters',
      { contactUserParameters: { tgrp: 'we st@x' } },
      { Contact: '<sip:+4670;tgrp=we%20st%40x@localhost>' },
    ],
    [
      'a percent sign in the name of a parameter',
      { contactParameters: { 'a%b': '1', '%': '' }, contactUserParameters: { '`': 'c' } },
      { Contact: '<sip:+4670;%60=c@localhost;a%25b=1;%25>' },
    ],
    [
      'one line for each element',
      {
        headers: [
          ['X-A', '1'],
          ['X-A', '2'],
          ['P-B', '3'],
        ],
      },
      { 'X-A': '1\r\nX-A: 2', 'P-B': '3' },
    ],
    [
      'an asserted identity besides a given one',
      { headers: [['P-Asserted-Identity', '<tel:+1>']], assertedUser: '2' },
      {
        'P-Asserted-Identity': '<tel:+1>\r\nP-Asserted-Identity: <sip:2@demo.example>',
      },
    ],
    ['SDP', { sdp: 'v=0' }, { 'Content-Type': 'application/sdp' }],
  ])('%s', (_name, patch, expected) => {
    const headers = headersOf(patch);
    expect(headers).toMatchObject(expected);
    expect(parseNameAddr(headers.From ?? '')).toBeDefined();
    if (headers.Contact !== undefined) expect(parseNameAddr(headers.Contact)).toBeDefined();
  });

  it('asks for no session timer where the interval is 0', () => {
    const settings = { traceHeader: 'X-T', sessionExpires: 0, extensions };
    expect(inviteHeaders(base, settings)).not.toHaveProperty('Session-Expires');
  });
});

it.each([
  ['the default transport', 'sip:bob@phone.example:5070', 'sip:192.0.2.5:5080'],
  ['the transport that is asked for', 'sip:bob@phone.example;transport=TCP', 'sip:192.0.2.5:5080;transport=tcp'],
  ['no SIP address', 'tel:+4670', 'sip:192.0.2.5:5080'],
])('an outbound proxy is reached by %s', (_name, uri, expected) => {
  expect(proxyFor(uri, { host: '192.0.2.5', port: 5080 })).toBe(expected);
});
