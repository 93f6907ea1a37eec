import { expect, it } from 'vitest';
import { SipCalls } from './sip-calls.ts';
import { SipText } from './sip-text.ts';

const request = (method: string, callId: string, cseq = 1): string =>
  `${method} sip:a SIP/2.0\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} ${method}\r\n\r\n`;
const response = (callId: string, cseq = 1): string =>
  `SIP/2.0 200 OK\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} INVITE\r\n\r\n`;

it('tells who began a call, which one it is, and how often something was said', () => {
  const calls = new SipCalls();
  const pass = (direction: 'fromTarget' | 'toTarget', raw: string): unknown =>
    calls.passage(new SipText(raw), direction, raw);
  expect(pass('toTarget', request('OPTIONS', 'o'))).toMatchObject({ leg: 'caller', call: 0 });
  expect(pass('toTarget', request('INVITE', 'a'))).toMatchObject({ leg: 'caller', call: 1, nth: 1 });
  expect(pass('toTarget', request('INVITE', 'b'))).toMatchObject({ leg: 'caller', call: 2 });
  expect(pass('fromTarget', request('INVITE', 'c'))).toMatchObject({ leg: 'callee', call: 1 });
  expect(pass('toTarget', response('c'))).toMatchObject({ leg: 'callee', call: 1, nth: 1 });
  // A retransmission is no other message, a re-INVITE is one.
  expect(pass('toTarget', request('INVITE', 'a'))).toMatchObject({ nth: 1 });
  expect(pass('toTarget', request('INVITE', 'a', 2))).toMatchObject({ nth: 2 });
  calls.forget();
  expect(pass('toTarget', request('BYE', 'a', 3))).toBeUndefined();
  expect(pass('toTarget', request('INVITE', 'd'))).toMatchObject({ leg: 'caller', call: 1 });
});
