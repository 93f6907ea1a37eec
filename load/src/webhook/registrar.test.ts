import { expect, it } from 'vitest';
import { register } from './registrar.ts';

const request = (method: string, ...headers: readonly string[]): string =>
  [
    `${method} sip:127.0.0.1:5070 SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1:4000;branch=z9hG4bK1;rport',
    'From: <sip:b1@127.0.0.1>;tag=1',
    'To: <sip:b1@127.0.0.1>',
    'Call-ID: c1',
    `CSeq: 1 ${method}`,
    ...headers,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

it.each([
  ['a contact', ['Contact: <sip:b1@127.0.0.1:4000>', 'Expires: 60'], 'sip:b1@127.0.0.1:4000'],
  ['a contact with parameters', ['m: "B" <sip:b1@127.0.0.1:4000;ob>;expires=60'], 'sip:b1@127.0.0.1:4000;ob'],
  ['a contact without brackets', ['Contact: sip:b1@127.0.0.1:4000;expires=60'], 'sip:b1@127.0.0.1:4000'],
  ['one that is taken back', ['Contact: <sip:b1@127.0.0.1:4000>;expires=0'], undefined],
  ['all that are taken back', ['Contact: *', 'Expires: 0'], undefined],
])('learns %s', (_name, headers, contact) => {
  const contacts = new Map([['b1', 'sip:before']]);
  const answer = register(request('REGISTER', ...headers), contacts);
  expect(contacts.get('b1')).toBe(contact);
  expect(answer).toMatch(/^SIP\/2\.0 200 OK\r\n/);
  expect(answer).toContain('Via: SIP/2.0/UDP 127.0.0.1:4000;branch=z9hG4bK1;rport\r\n');
  expect(answer).toContain('To: <sip:b1@127.0.0.1>;tag=registrar\r\n');
  expect(answer).toContain('CSeq: 1 REGISTER\r\n');
  // A phone refreshes by what the registrar says.
  if (contact !== undefined) expect(answer).toMatch(/^Contact: .*expires=60/m);
});

it.each([
  ['OPTIONS is answered', request('OPTIONS'), /^SIP\/2\.0 200/],
  ['no calls here', request('INVITE'), /^SIP\/2\.0 405/],
])('%s', (_name, message, answer) => {
  expect(register(message, new Map())).toMatch(answer);
});

it.each([
  ['an answer', 'SIP/2.0 200 OK\r\n\r\n'],
  ['no SIP', 'hello'],
  ['an ACK', request('ACK')],
])('says nothing to %s', (_name, message) => {
  expect(register(message, new Map())).toBeUndefined();
});
