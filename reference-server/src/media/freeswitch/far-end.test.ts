import { describe, expect, it } from 'vitest';
import type { RemoteStream } from '../messages.ts';
import { farEndSdp, nobodySdp } from './far-end.ts';

const far: RemoteStream = {
  ...{ address: '192.0.2.7', port: 4000, rtcpPort: 4001, codec: 'PCMA', payloadType: 8, ptime: 30 },
  ...{ telephoneEvent: 97, send: true, receive: true },
};

describe('the far end as FreeSWITCH is told of it', () => {
  it('has the one codec that was agreed, the number of its events, and its packet time', () => {
    expect(farEndSdp(far, 3, true).split('\r\n')).toEqual([
      'v=0',
      'o=- 1 3 IN IP4 192.0.2.7',
      's=-',
      'c=IN IP4 192.0.2.7',
      't=0 0',
      'm=audio 4000 RTP/AVP 8 97',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:97 telephone-event/8000',
      'a=fmtp:97 0-15',
      'a=rtcp:4001',
      'a=ptime:30',
      'a=sendrecv',
      '',
    ]);
  });

  // What we do is said from the far end's side (RFC 3264 section 5.1).
  it.each([
    ['both ways', { send: true, receive: true }, true, 'sendrecv'],
    ['what we only send', { send: true, receive: false }, true, 'recvonly'],
    ['what we only receive', { send: false, receive: true }, true, 'sendonly'],
    ['neither', { send: false, receive: false }, true, 'sendonly'],
    ['who has no description yet', { send: true, receive: true }, false, 'inactive'],
  ])('%s', (_, ways, open, direction) => {
    expect(farEndSdp({ ...far, ...ways }, 1, open)).toContain(`a=${direction}\r\n`);
  });

  it('has no events where none were agreed, and an IPv6 address as such', () => {
    const { telephoneEvent: _none, ...plain } = far;
    const sdp = farEndSdp({ ...plain, address: '2001:db8::7' }, 1, true);
    expect(sdp).not.toContain('telephone-event');
    expect(sdp).toContain('c=IN IP6 2001:db8::7\r\n');
  });

  it('is nowhere while nothing is known', () => {
    const sdp = nobodySdp('GSM');
    expect(sdp).toContain('m=audio 9 RTP/AVP 3 101\r\n');
    expect(sdp).toContain('a=inactive\r\n');
  });
});
