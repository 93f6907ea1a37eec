import { describe, expect, it } from 'vitest';
import { answer, type Direction, withDirection } from './index.ts';
import { answered, codec, event, own, pcma, pcmu, rows, sdp } from './testing/descriptions.ts';

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
