import { describe, expect, it } from 'vitest';
import { farewell } from './farewell.ts';
import { describe as read } from './message-log.ts';
import type { SippMessage } from './types.ts';

/** A message of the leg; `to` is the value of To. */
function message(direction: SippMessage['direction'], start: string, cseq: string, more: readonly string[] = []) {
  const raw = [
    start,
    'Via: SIP/2.0/UDP 127.0.0.1:11000;rport;branch=z9hG4bKone',
    'From: <sip:a@x>;tag=1',
    `To: <sip:b@y>${start.startsWith('SIP') ? ';tag=2' : ''}`,
    'Call-ID: c1',
    `CSeq: ${cseq}`,
    ...more,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  const found = read('caller', raw, 0, direction);
  if (found === undefined) throw new Error(`no SIP: ${start}`);
  return found;
}

const path = ['Record-Route: <sip:p1;lr>', 'Record-Route: <sip:p2;lr>'];
const invited = message('sent', 'INVITE sip:b@y SIP/2.0', '1 INVITE', ['Contact: <sip:a@127.0.0.1:11000>']);
const trying = message('received', 'SIP/2.0 100 Trying', '1 INVITE');
const ok = message('received', 'SIP/2.0 200 OK', '1 INVITE', ['Contact: <sip:t@127.0.0.1:5060>', ...path]);
const ack = message('sent', 'ACK sip:t@127.0.0.1:5060 SIP/2.0', '1 ACK');
const info = message('sent', 'INFO sip:t@127.0.0.1:5060 SIP/2.0', '4 INFO');

describe('what a leg that is gone would say', () => {
  it('is CANCEL while the INVITE has no final response', () => {
    expect(farewell([invited, trying])?.split('\r\n')).toEqual([
      'CANCEL sip:b@y SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1:11000;rport;branch=z9hG4bKone',
      'From: <sip:a@x>;tag=1',
      'To: <sip:b@y>',
      'Call-ID: c1',
      'CSeq: 1 CANCEL',
      'Max-Forwards: 70',
      'Content-Length: 0',
      '',
      '',
    ]);
  });

  it('is BYE of a dialog, along its route', () => {
    expect(farewell([invited, trying, ok, ack, info])?.split('\r\n').slice(0, 8)).toEqual([
      'BYE sip:t@127.0.0.1:5060 SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1:11000;rport;branch=z9hG4bKfarewell5c1',
      'Route: <sip:p2;lr>',
      'Route: <sip:p1;lr>',
      'From: <sip:a@x>;tag=1',
      'To: <sip:b@y>;tag=2',
      'Call-ID: c1',
      'CSeq: 5 BYE',
    ]);
  });

  it('is BYE of the side that was called, the other way round', () => {
    const came = message('received', 'INVITE sip:b@y SIP/2.0', '9 INVITE', [
      'Contact: <sip:t@127.0.0.1:5060>',
      ...path,
    ]);
    const answered = message('sent', 'SIP/2.0 200 OK', '9 INVITE', ['Contact: <sip:b@127.0.0.1:11001;transport=TCP>']);
    const lines = farewell([came, answered])?.split('\r\n') ?? [];
    expect(lines).toEqual(
      expect.arrayContaining([
        'BYE sip:t@127.0.0.1:5060 SIP/2.0',
        'Via: SIP/2.0/TCP 127.0.0.1:11001;rport;branch=z9hG4bKfarewell1c1',
        'From: <sip:b@y>;tag=2',
        'To: <sip:a@x>;tag=1',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('Route'))).toEqual(['Route: <sip:p1;lr>', 'Route: <sip:p2;lr>']);
  });

  it.each<[string, readonly SippMessage[]]>([
    ['there was no call', []],
    ['it was called and has not answered', [message('received', 'INVITE sip:b@y SIP/2.0', '9 INVITE')]],
    ['it was refused', [invited, trying, message('received', 'SIP/2.0 486 Busy', '1 INVITE')]],
    ['it has said goodbye', [invited, ok, ack, message('sent', 'BYE sip:t@127.0.0.1:5060 SIP/2.0', '2 BYE')]],
    ['the other side has', [invited, ok, ack, message('received', 'BYE sip:a@127.0.0.1:11000 SIP/2.0', '1 BYE')]],
  ])('is nothing when %s', (_, messages) => {
    expect(farewell(messages)).toBeUndefined();
  });
});
