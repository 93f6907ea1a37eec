import { describe, expect, it } from 'vitest';
import { continued, mirrored, offer, settle, withDirection } from './index.ts';
import { answered, codec, event, own, pcma, rows, sdp } from './testing/descriptions.ts';

describe('offer (RFC 3264 5)', () => {
  it('says what we can', () => {
    expect(rows(offer(own))).toEqual([
      'v=0',
      'o=- 77 1 IN IP4 10.0.0.1',
      's=-',
      'c=IN IP4 10.0.0.1',
      't=0 0',
      'm=audio 30000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
    ]);
  });

  it('takes direction, names and IPv6', () => {
    const { ptime: _ptime, ...rest } = own;
    const stereo = { ...codec(96, 'opus', 48_000), channels: 2 };
    const description = offer({
      ...rest,
      codecs: [stereo],
      address: '2001:db8::1',
      direction: 'sendonly',
      sessionName: 'x',
      origin: { username: 'u', sessionId: '1', version: '4' },
    });
    expect(rows(description)).toEqual([
      'v=0',
      'o=u 1 4 IN IP6 2001:db8::1',
      's=x',
      'c=IN IP6 2001:db8::1',
      't=0 0',
      'm=audio 30000 RTP/AVP 96',
      'a=rtpmap:96 opus/48000/2',
      'a=sendonly',
    ]);
  });

  it('again: the same description keeps its version, another takes the next', () => {
    const first = offer(own);
    expect(offer({ ...own, origin: { sessionId: '1', version: '1' } }, first)).toEqual(first);
    expect(rows(offer({ ...own, direction: 'inactive' }, first))[1]).toBe('o=- 77 2 IN IP4 10.0.0.1');
    expect(rows(offer({ ...own, address: '10.0.0.9' }, first)).slice(1, 4)).toEqual([
      'o=- 77 2 IN IP4 10.0.0.1',
      's=-',
      'c=IN IP4 10.0.0.9',
    ]);
  });

  it.each([
    ['video, audio', ['m=video 5 RTP/AVP 31', 'm=audio 5 RTP/AVP 0'], ['video 0', 'audio 30000']],
    ['refused audio, audio', ['m=audio 0 RTP/AVP 0', 'm=audio 5 RTP/AVP 0'], ['audio 0', 'audio 30000']],
    ['refused audio alone', ['m=audio 0 RTP/AVP 0'], ['audio 30000']],
    ['video alone', ['m=video 5 RTP/AVP 31'], ['video 0', 'audio 30000']],
  ])('again, after %s: streams keep their places (8)', (_name, before, after) => {
    expect(offer(own, sdp(...before)).media.map(({ media, port }) => `${media} ${port}`)).toEqual(after);
  });
});

describe('settle (RFC 3264 7)', () => {
  const offered = offer(own);

  it('finds codec, events and address of the other side', () => {
    const result = settle(
      offered,
      sdp('m=audio 4000 RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/8000', 'a=recvonly'),
    );
    expect(result).toMatchObject({
      ok: true,
      codec: pcma,
      telephoneEvent: { payloadType: 101 },
      remote: { address: '10.0.0.2', port: 4000, direction: 'recvonly' },
    });
  });

  it('settles comfort noise where both sides name it', () => {
    const withNoise = offer({ ...own, codecs: [...own.codecs, codec(13, 'CN')] });
    expect(settle(withNoise, sdp('m=audio 4000 RTP/AVP 13 8'))).toMatchObject({
      ...{ ok: true, codec: pcma, comfortNoise: { payloadType: 13 } },
    });
    expect(settle(withNoise, sdp('m=audio 4000 RTP/AVP 8'))).not.toHaveProperty('comfortNoise');
    expect(settle(offered, sdp('m=audio 4000 RTP/AVP 8 13'))).not.toHaveProperty('comfortNoise');
  });

  it.each([
    ['a stream too many', ['m=audio 5 RTP/AVP 0', 'm=video 0 RTP/AVP 31'], 'no-audio'],
    ['a refusal', ['m=audio 0 RTP/AVP 0'], 'no-audio'],
    ['another kind', ['m=video 5 RTP/AVP 31'], 'no-audio'],
    ['a codec we did not offer', ['m=audio 5 RTP/AVP 18'], 'no-common-codec'],
  ])('%s: none', (_name, media, reason) => {
    expect(settle(offered, sdp(...media))).toEqual({ ok: false, reason });
  });

  it('agrees with what the answerer took', () => {
    const taken = answered(offered, {
      ...own,
      codecs: [pcma, { ...event, payloadType: 96 }],
      address: '10.0.0.5',
      port: 40_000,
    });
    const result = settle(offered, taken.sdp);
    expect(result).toMatchObject({
      ok: true,
      codec: taken.codec,
      telephoneEvent: taken.telephoneEvent,
      remote: { address: '10.0.0.5', port: 40_000 },
    });
  });
});

describe('small helpers', () => {
  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ] as const)('%s mirrored', (a, b) => {
    expect(mirrored(a)).toBe(b);
  });

  it('withDirection changes used audio alone and counts on', () => {
    const before = sdp(
      'a=recvonly',
      'm=audio 5 RTP/AVP 0',
      'a=sendonly',
      'a=ptime:20',
      'm=audio 0 RTP/AVP 0',
      'm=video 5 RTP/AVP 31',
    );
    const after = withDirection(before, 'inactive');
    expect(rows(after).slice(1)).toEqual([
      'o=peer 5 10 IN IP4 10.0.0.2',
      's=call',
      'c=IN IP4 10.0.0.2',
      't=0 0',
      'a=recvonly',
      'm=audio 5 RTP/AVP 0',
      'a=ptime:20',
      'a=inactive',
      'm=audio 0 RTP/AVP 0',
      'm=video 5 RTP/AVP 31',
    ]);
    expect(withDirection(after, 'inactive')).toEqual(after);
  });

  it('versions of any length count on', () => {
    const before = sdp();
    before.lines = before.lines.map((line) =>
      line.type === 'o' ? { type: 'o', value: '- 1 18446744073709551615 IN IP4 h' } : line,
    );
    expect(rows(continued(before, sdp('a=x')))[1]).toBe('o=- 1 18446744073709551616 IN IP4 h');
  });
});
