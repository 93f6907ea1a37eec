import { describe, expect, it } from 'vitest';
import { Headers, type SipRequest, validateRequest } from './index.ts';

function request(
  method: string,
  change: Record<string, string | string[] | undefined> = {},
  uri = 'sip:c@d',
): SipRequest {
  const fields: Record<string, string | string[] | undefined> = {
    Via: 'SIP/2.0/UDP h;branch=z9hG4bK1',
    'Max-Forwards': '70',
    From: '<sip:a@b>;tag=1',
    To: '<sip:c@d>',
    'Call-ID': 'x',
    CSeq: `1 ${method}`,
    Contact: '<sip:a@h>',
    ...change,
  };
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of typeof value === 'string' ? [value] : (value ?? [])) headers.append(name, each);
  }
  return { kind: 'request', method, uri, headers, body: new Uint8Array() };
}

const rules = { methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'PRACK'], extensions: ['100rel', 'timer'] };

describe('validateRequest', () => {
  it.each([
    ['an INVITE', request('INVITE', { Require: '100REL, timer', 'Session-Expires': '90;refresher=uac' })],
    ['no Max-Forwards', request('OPTIONS', { 'Max-Forwards': undefined })],
    ['no From tag', request('OPTIONS', { From: 'sip:a@b' })],
    ['Require in ACK', request('ACK', { Require: 'unknown' })],
    ['Require in CANCEL', request('CANCEL', { Require: 'unknown' })],
    ['a PRACK', request('PRACK', { RAck: '1 1 INVITE' })],
    ['a tel Request-URI', request('INVITE', {}, 'tel:+12')],
    ['several Via', request('BYE', { Via: ['SIP/2.0/UDP h;branch=z9hG4bK1', 'SIP/2.0/UDP i, SIP/2.0/TCP j:1'] })],
  ])('%s passes', (_name, valid) => {
    expect(validateRequest(valid, rules)).toBeUndefined();
  });

  it.each([
    ['no Via', request('BYE', { Via: undefined }), 400, /Via is missing/],
    ['no CSeq', request('BYE', { CSeq: undefined }), 400, /CSeq is missing/],
    ['no RAck', request('PRACK'), 400, /RAck is missing/],
    ['no Contact', request('INVITE', { Contact: undefined }), 400, /Contact is missing/],
    ['two Contact in INVITE', request('INVITE', { Contact: '<sip:a@h>, <sip:b@h>' }), 400, /exactly one/],
    ['a star in INVITE', request('INVITE', { Contact: '*' }), 400, /Contact holds/],
    ['no Refer-To', request('REFER'), 400, /Refer-To is missing/],
    ['a broken Refer-To', request('REFER', { 'Refer-To': '<' }), 400, /Refer-To is no address/],
    ['two To', request('BYE', { To: ['<sip:c@d>', '<sip:e@f>'] }), 400, /To occurs more than once/],
    [
      'a broken second Via',
      request('BYE', { Via: 'SIP/2.0/UDP h;branch=z9hG4bK1, nonsense' }),
      400,
      /Via is malformed/,
    ],
    ['an empty Via', request('BYE', { Via: '' }), 400, /Via is malformed/],
    ['an empty Call-ID', request('BYE', { 'Call-ID': '' }), 400, /Call-ID/],
    ['a Call-ID of two words', request('BYE', { 'Call-ID': 'a b' }), 400, /Call-ID/],
    ['a CSeq without number', request('BYE', { CSeq: 'BYE' }), 400, /CSeq/],
    ['another method in CSeq', request('BYE', { CSeq: '1 INFO' }), 400, /method of CSeq/],
    ['Max-Forwards of 256', request('BYE', { 'Max-Forwards': '256' }), 400, /Max-Forwards/],
    ['a broken Session-Expires', request('INVITE', { 'Session-Expires': 'soon' }), 400, /Session-Expires/],
    ['a broken RAck', request('PRACK', { RAck: '1 INVITE' }), 400, /RAck/],
    ['a broken Route', request('BYE', { Route: '<sip:p;lr>, p2' }), 400, /Route/],
    ['a Request-URI that is none', request('BYE', {}, 'nobody'), 400, /Request-URI is malformed/],
    ['a Request-URI with headers', request('BYE', {}, 'sip:c@d?x=y'), 400, /holds headers/],
    ['a Request-URI of mail', request('BYE', {}, 'mailto:a@b'), 416, /mailto/],
  ])('%s is refused', (_name, broken, status, detail) => {
    expect(validateRequest(broken, rules)).toMatchObject({
      status,
      detail: expect.stringMatching(detail),
      headers: [],
    });
  });

  it('names the methods that are allowed', () => {
    const allow = [{ name: 'Allow', value: 'INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK' }];
    expect(validateRequest(request('MESSAGE'), rules)).toMatchObject({ status: 405, headers: allow });
    expect(validateRequest(request('FETCH'), rules)).toMatchObject({ status: 501, headers: allow });
    expect(validateRequest(request('FETCH'))).toBeUndefined();
  });

  it('names the extensions that are not supported', () => {
    const broken = request('INVITE', { Require: ['timer', 'one, two'] });
    expect(validateRequest(broken, rules)).toMatchObject({
      status: 420,
      headers: [{ name: 'Unsupported', value: 'one, two' }],
    });
    expect(validateRequest(broken)).toBeUndefined();
  });
});
