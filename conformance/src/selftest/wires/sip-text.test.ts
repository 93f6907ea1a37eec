import { describe, expect, it } from 'vitest';
import { SipText } from './sip-text.ts';

const lines = [
  'INVITE sip:1@a SIP/2.0',
  'v: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1',
  'f: <sip:2@b>;tag=x',
  'To: <sip:1@a>',
  'i: abc',
  'CSeq: 1 INVITE',
  'Subject: long',
  ' and folded',
  'c: application/sdp',
  'Content-Length: 5',
];
const text = `${lines.join('\r\n')}\r\n\r\nv=0\r\n`;

describe('SipText', () => {
  it('gives back what it was made of, byte for byte', () => {
    expect(new SipText(text).toString()).toBe(text);
  });

  it('reads start line and headers, also compact and folded ones', () => {
    const message = new SipText(text);
    expect([message.isRequest, message.method, message.status, message.callId]).toEqual([true, 'INVITE', 0, 'abc']);
    expect(message.get('From')).toBe('<sip:2@b>;tag=x');
    expect(message.get('subject')).toBe('long\r\n and folded');
    expect([message.inDialog, message.sdp]).toEqual([false, 'v=0\r\n']);
  });

  it('changes headers in their place, and the length with the body', () => {
    const message = new SipText(text).set('From', '<sip:3@c>').set('Subject', undefined).add('X-A', '1');
    message.body = 'v=0\r\no=-\r\n';
    expect(message.toString()).toBe(
      [
        ...[...lines.slice(0, 2), 'From: <sip:3@c>', ...lines.slice(3, 6), ...lines.slice(8, 9)],
        ...['Content-Length: 10', 'X-A: 1', '', 'v=0', 'o=-', ''],
      ].join('\r\n'),
    );
  });

  it('makes a response that belongs to the transaction', () => {
    const response = new SipText(text).response(486, 'Busy Here');
    expect([response.isRequest, response.status, response.method]).toEqual([false, 486, 'INVITE']);
    expect(response.lines).toEqual(['SIP/2.0 486 Busy Here', ...lines.slice(1, 6), 'Content-Length: 0']);
  });

  it.each([['\r\n\r\n'], ['hello'], ['INVITE sip:1@a SIP/3.0\r\n\r\n']])('takes %j for no message', (odd) => {
    const message = new SipText(odd);
    expect([message.isRequest, message.status]).toEqual([false, 0]);
  });
});
