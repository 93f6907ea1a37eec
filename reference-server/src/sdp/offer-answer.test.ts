import { describe, expect, it } from 'vitest';
import {
  answer,
  type Capabilities,
  type Codec,
  continued,
  type Direction,
  mirrored,
  offer,
  parseSdp,
  type Sdp,
  serializeSdp,
  settle,
  withDirection,
} from './index.ts';

const codec = (payloadType: number, name: string, clockRate = 8000, fmtp?: string): Codec => ({
  payloadType,
  name,
  clockRate,
  channels: 1,
  ...(fmtp === undefined ? {} : { fmtp }),
});
const pcmu = codec(0, 'PCMU');
const pcma = codec(8, 'PCMA');
const event = codec(101, 'telephone-event', 8000, '0-15');

const own: Capabilities = {
  codecs: [pcmu, pcma, event],
  address: '10.0.0.1',
  port: 30_000,
  ptime: 20,
  origin: { sessionId: '77', version: '1' },
};

function sdp(...rows: string[]): Sdp {
  const result = parseSdp(
    ['v=0', 'o=peer 5 9 IN IP4 10.0.0.2', 's=call', 'c=IN IP4 10.0.0.2', 't=0 0', ...rows].join('\r\n'),
  );
  if (!result.ok) throw new Error(result.error.message);
  return result.sdp;
}

const rows = (description: Sdp) => serializeSdp(description).trimEnd().split('\r\n');

function answered(offered: Sdp, capabilities = own, previous?: Sdp) {
  const result = answer(offered, capabilities, previous);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

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

describe('answer (RFC 3264 6)', () => {
  it('takes the first common codec and the telephone-event type of the offer', () => {
    const result = answered(
      sdp('m=audio 4000 RTP/AVP 18 8 0 97', 'a=rtpmap:97 telephone-event/8000', 'a=fmtp:97 0-11', 'a=ptime:30'),
    );
    expect(rows(result.sdp)).toEqual([
      'v=0',
      'o=- 77 1 IN IP4 10.0.0.1',
      's=-',
      'c=IN IP4 10.0.0.1',
      't=0 0',
      'm=audio 30000 RTP/AVP 8 97',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:97 telephone-event/8000',
      'a=fmtp:97 0-15',
      'a=ptime:20',
      'a=sendrecv',
    ]);
    expect(result.codec).toEqual(pcma);
    expect(result.telephoneEvent).toEqual({ ...event, payloadType: 97 });
    expect(result.remote).toMatchObject({
      address: '10.0.0.2',
      port: 4000,
      ptime: 30,
      telephoneEvent: { payloadType: 97, fmtp: '0-11' },
    });
  });

  it.each([
    ['the offerer decides', {}, '8 0', ['8']],
    ['we decide', { preference: 'answerer' as const }, '8 0', ['0']],
    ['all common ones', { choose: 'all' as const }, '18 8 0', ['8', '0']],
    ['all, in our order', { choose: 'all' as const, preference: 'answerer' as const }, '8 18 0', ['0', '8']],
  ])('order of codecs: %s', (_name, change, formats, taken) => {
    expect(answered(sdp(`m=audio 4000 RTP/AVP ${formats}`), { ...own, ...change }).sdp.media[0]?.formats).toEqual(
      taken,
    );
  });

  it.each([
    ['no event is offered', own, []],
    ['an event of another clock', own, ['a=rtpmap:97 telephone-event/16000']],
    ['we know no events', { ...own, codecs: [pcmu] }, ['a=rtpmap:97 telephone-event/8000']],
  ])('no telephone-event: %s', (_name, capabilities, attributes) => {
    const result = answered(sdp('m=audio 4000 RTP/AVP 0 97', ...attributes), capabilities);
    expect(result.sdp.media[0]?.formats).toEqual(['0']);
    expect(result).not.toHaveProperty('telephoneEvent');
  });

  it.each([
    ['PCMU, its static number', ['m=audio 4000 RTP/AVP 0 13'], ['0', '13'], 13],
    [
      'PCMA, behind events',
      ['m=audio 4000 RTP/AVP 101 13 8', 'a=rtpmap:101 telephone-event/8000'],
      ['8', '101', '13'],
      13,
    ],
    ['a number of its own', ['m=audio 4000 RTP/AVP 97 0', 'a=rtpmap:97 cn/8000'], ['0', '97'], 97],
    ['another clock', ['m=audio 4000 RTP/AVP 0 97', 'a=rtpmap:97 CN/16000'], ['0'], undefined],
    ['GSM, which has its own', ['m=audio 4000 RTP/AVP 3 13'], ['3'], undefined],
  ])('comfort noise (RFC 3389) with %s', (_name, media, formats, payloadType) => {
    const capabilities = { ...own, codecs: [pcmu, pcma, codec(3, 'GSM'), event, codec(13, 'CN')] };
    const result = answered(sdp(...media), capabilities);
    expect(result.sdp.media[0]?.formats).toEqual(formats);
    expect(result.comfortNoise?.payloadType).toBe(payloadType);
    // Who does not know it does not answer with it.
    expect(answered(sdp(...media), { ...own, codecs: [pcmu, pcma, codec(3, 'GSM')] })).not.toHaveProperty(
      'comfortNoise',
    );
  });

  it('comfort noise alone is no voice', () => {
    const capabilities = { ...own, codecs: [...own.codecs, codec(13, 'CN')] };
    expect(answer(sdp('m=audio 5 RTP/AVP 13'), capabilities)).toEqual({ ok: false, reason: 'no-common-codec' });
  });

  it('keeps the dynamic payload type of the offer and our parameters', () => {
    const capabilities = { ...own, codecs: [codec(110, 'opus', 48_000, 'useinbandfec=1')] };
    const result = answered(
      sdp('m=audio 4000 RTP/AVP 96', 'a=rtpmap:96 OPUS/48000', 'a=fmtp:96 stereo=1'),
      capabilities,
    );
    expect(rows(result.sdp).slice(5, 8)).toEqual([
      'm=audio 30000 RTP/AVP 96',
      'a=rtpmap:96 OPUS/48000',
      'a=fmtp:96 useinbandfec=1',
    ]);
  });

  const directions: [Direction, Direction | undefined, Direction][] = [
    ['sendrecv', undefined, 'sendrecv'],
    ['sendonly', undefined, 'recvonly'],
    ['recvonly', undefined, 'sendonly'],
    ['inactive', undefined, 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendrecv', 'recvonly', 'recvonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['recvonly', 'sendonly', 'sendonly'],
    ['sendrecv', 'inactive', 'inactive'],
  ];
  it.each(directions)('%s offered, %s ours: %s', (offered, ours, expected) => {
    const capabilities = ours === undefined ? own : { ...own, direction: ours };
    const result = answered(sdp('m=audio 4000 RTP/AVP 0', `a=${offered}`), capabilities);
    expect(rows(result.sdp).at(-1)).toBe(`a=${expected}`);
  });

  it('refuses other streams with port 0, each in its place', () => {
    const offered = sdp(
      'm=video 5 RTP/AVP 31 32',
      'a=x',
      'm=audio 6 RTP/SAVP 0',
      'm=audio 7 RTP/AVP 18',
      'm=audio 8 RTP/AVP 0',
      'm=audio 9 RTP/AVP 0',
      'm=image 5 udptl t38',
    );
    const sections = rows(answered(offered).sdp).filter((row) => row.startsWith('m='));
    expect(sections).toEqual([
      'm=video 0 RTP/AVP 31 32',
      'm=audio 0 RTP/SAVP 0',
      'm=audio 0 RTP/AVP 18',
      'm=audio 30000 RTP/AVP 0',
      'm=audio 0 RTP/AVP 0',
      'm=image 0 udptl t38',
    ]);
  });

  it.each([
    ['no media', [], 'no-audio'],
    ['only video', ['m=video 5 RTP/AVP 31'], 'no-audio'],
    ['audio switched off', ['m=audio 0 RTP/AVP 0'], 'no-audio'],
    ['only encrypted audio', ['m=audio 5 RTP/SAVP 0'], 'no-audio'],
    ['no common codec', ['m=audio 5 RTP/AVP 18 3'], 'no-common-codec'],
    ['only events', ['m=audio 5 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000'], 'no-common-codec'],
    ['a codec of another clock', ['m=audio 5 RTP/AVP 96', 'a=rtpmap:96 PCMU/16000'], 'no-common-codec'],
  ])('%s: none', (_name, media, reason) => {
    expect(answer(sdp(...media), own)).toEqual({ ok: false, reason });
  });

  it('has the times of the offer and continues our version', () => {
    const offered = sdp('m=audio 4000 RTP/AVP 0');
    offered.lines = offered.lines.map((line) => (line.type === 't' ? { type: 't', value: '3 4' } : line));
    const first = answered(offered).sdp;
    expect(rows(first)).toContain('t=3 4');
    expect(answered(offered, own, first).sdp).toEqual(first);
    const held = answered(withDirection(offered, 'sendonly'), own, first).sdp;
    expect(rows(held)[1]).toBe('o=- 77 2 IN IP4 10.0.0.1');
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
