import { describe, expect, it } from 'vitest';
import { callback, rest, rtcp, rtp, SipText, sip } from '../dsl/index.ts';
import type { RtcpCompound, RtpPacket, SipPassage } from '../types.ts';
import { HttpMessage } from './http-message.ts';
import { Interceptor } from './interceptor.ts';

const json = (operation: string, body: unknown, status = 0): HttpMessage =>
  new HttpMessage({
    ...{ operation, method: 'POST', url: '/', status },
    headers: [['Content-Type', 'application/json']],
    bytes: Buffer.from(JSON.stringify(body)),
  });

describe('HTTP', () => {
  it.each([
    ['drop', callback('newCall').drop('/a'), { b: 'x' }],
    ['set', callback('newCall').set('/c', [1]), { a: 1, b: 'x', c: [1] }],
    ['change', callback('newCall').change('b'), { a: 1, b: '7' }],
    ['rename', callback('newCall').rename('/a', 'z'), { b: 'x', z: 1 }],
    ['type', callback('newCall').type('/a'), { a: [1], b: 'x' }],
    ['text', callback('newCall').text((text) => text.replace('x', 'y')), { a: 1, b: 'y' }],
    ['any callback', callback('*').drop('/b'), { a: 1 }],
    ['where it holds', callback('newCall').having('/a', 1).drop('/a'), { b: 'x' }],
  ])('%s', (_name, rewrite, expected) => {
    const interceptor = new Interceptor();
    interceptor.begin([rewrite]);
    const message = json('newCall', { a: 1, b: 'x' });
    interceptor.http('callback', 'request', message);
    expect(JSON.parse(message.bytes.toString())).toEqual(expected);
    expect(interceptor.end().applied).toBe(1);
  });

  it.each([
    ['another operation', callback('callEvent').drop('/a')],
    ['the other half', callback('newCall').answer.drop('/a')],
    ['another wire', rest('newCall').request.drop('/a')],
    ['a property that is not there', callback('newCall').drop('/x')],
    ['a condition that does not hold', callback('newCall').having('/a', 2).drop('/a')],
  ])('leaves a message alone that is none of its: %s', (_name, rewrite) => {
    const interceptor = new Interceptor();
    interceptor.begin([rewrite]);
    const message = json('newCall', { a: 1 });
    expect(interceptor.http('callback', 'request', message)).toEqual({});
    expect([message.text, interceptor.end().applied]).toEqual(['{"a":1}', 0]);
  });

  it('counts those that fit', () => {
    const interceptor = new Interceptor();
    interceptor.begin([callback('newCall').nth(2).lose()]);
    const fates = [1, 2, 3].map(() => interceptor.http('callback', 'request', json('newCall', {})).lost);
    expect(fates).toEqual([undefined, true, undefined]);
    interceptor.begin([callback('newCall').from(2).lose()]);
    expect([1, 2, 3].map(() => interceptor.http('callback', 'request', json('newCall', {})).lost)).toEqual([
      undefined,
      true,
      true,
    ]);
  });

  it('leaves the rest of an earlier session alone', () => {
    const interceptor = new Interceptor();
    interceptor.begin([]);
    interceptor.http('callback', 'request', json('newCall', { sessionId: 's' }));
    interceptor.begin([callback('*').lose()]);
    expect(interceptor.http('callback', 'request', json('sessionCompleted', { sessionId: 's' }))).toEqual({});
    expect(interceptor.http('callback', 'request', json('newCall', { sessionId: 't' })).lost).toBe(true);
  });

  it('changes the status of answers', () => {
    const interceptor = new Interceptor();
    interceptor.begin([
      rest('hangupCall')
        .when(({ status }) => status >= 400)
        .status(200, {}),
    ]);
    const message = json('hangupCall', { error: 'no' }, 404);
    interceptor.http('rest', 'response', message);
    expect([message.status, message.text]).toEqual([200, '{}']);
    expect(interceptor.wantsAnswer('rest', 'hangupCall')).toBe(true);
    expect(interceptor.wantsAnswer('rest', 'placeIvrCall')).toBe(false);
  });
});

describe('SIP', () => {
  const bye = 'BYE sip:a SIP/2.0\r\nTo: <sip:b>;tag=1\r\nCall-ID: c\r\nCSeq: 2 BYE\r\n\r\n';
  const passage: SipPassage = { direction: 'fromTarget', leg: 'caller', call: 1, nth: 1 };

  it.each([
    ['the method', sip.request('BYE').lose(), true],
    ['another method', sip.request('INVITE').lose(), undefined],
    ['a response', sip.response('BYE').lose(), undefined],
    ['the leg', sip.any().leg('caller', 1).lose(), true],
    ['another call', sip.any().leg('caller', 2).lose(), undefined],
    ['in its dialog', sip.request('BYE').inDialog().lose(), true],
    ['outside of one', sip.request('BYE').initial().lose(), undefined],
    ['of the suite', sip.request('BYE').toTarget.lose(), undefined],
  ])('picks by %s', (_name, rewrite, lost) => {
    const interceptor = new Interceptor();
    interceptor.begin([rewrite]);
    expect(interceptor.sip(new SipText(bye), passage).lost).toBe(lost);
  });

  it('answers in the place of the other side', () => {
    const interceptor = new Interceptor();
    interceptor.begin([sip.request('BYE').answer(481, 'Gone')]);
    const { lost, back = [] } = interceptor.sip(new SipText(bye), passage);
    expect([lost, back.map(({ start }) => start)]).toEqual([true, ['SIP/2.0 481 Gone']]);
  });
});

describe('RTP', () => {
  const packet = (fields: Partial<RtpPacket> = {}): RtpPacket => ({
    ...{ direction: 'fromTarget', leg: 'caller', call: 1, way: 'w', sinceMs: 0, index: 0, codec: 'PCMU' },
    ...{ payloadType: 0, sequence: 1, timestamp: 160, ssrc: 1, marker: false, payload: Buffer.alloc(160, 0x10) },
    ...fields,
  });
  const event = (timestamp: number, end = false): RtpPacket =>
    packet({
      codec: 'telephone-event',
      payloadType: 101,
      timestamp,
      payload: Buffer.from([5, end ? 0x8a : 0x0a, 1, 0]),
    });

  it('silences audio and leaves events', () => {
    const interceptor = new Interceptor();
    interceptor.begin([rtp.silence()]);
    const one = packet();
    interceptor.rtp(one);
    const [first = 0] = one.payload;
    expect(one.payload.every((byte) => byte === first && byte !== 0x10)).toBe(true);
    interceptor.rtp(event(1));
    expect(interceptor.end().applied).toBe(1);
  });

  it('loses the key that is named and no other', () => {
    const interceptor = new Interceptor();
    interceptor.begin([rtp.loseKey(2)]);
    const lost = [event(1), event(1), event(9), event(9, true), event(20)].map((one) => interceptor.rtp(one).lost);
    expect(lost).toEqual([undefined, undefined, true, true, undefined]);
  });

  it('doubles a key once, at its end', () => {
    const interceptor = new Interceptor();
    interceptor.begin([rtp.doubleKey()]);
    const also = [event(1), event(1, true), event(1, true)].map((one) => interceptor.rtp(one).also?.length);
    expect(also).toEqual([0, 3, 0]);
  });
});

describe('RTCP', () => {
  // An empty receiver report, a description with the CNAME `ab`, a goodbye (RFC 3550 6.4.2, 6.5, 6.6).
  const report = Buffer.from('80c9000100000001', 'hex');
  const description = Buffer.from('81ca000300000001010261620000', 'hex');
  const goodbye = Buffer.from('81cb000100000001', 'hex');
  const padded = Buffer.concat([description, Buffer.alloc(2)]);
  const compound = (direction: RtcpCompound['direction'] = 'fromTarget'): RtcpCompound => ({
    ...{ direction, leg: 'caller', call: 1 },
    bytes: Buffer.concat([report, padded, goodbye]),
  });
  const another = rtcp.changing(203, (packet) => void packet.writeUInt32BE(2, 4));

  it.each([
    ['the first', rtcp.changing(201, (packet) => void packet.writeUInt32BE(2, 4)), 4],
    ['one in the middle', rtcp.changing(202, (packet) => void packet.writeUInt8(0x63, 10)), 18],
    ['the last', another, 31],
  ])('changes the packets of a type and nothing else: %s', (_name, rewrite, at) => {
    const interceptor = new Interceptor();
    interceptor.begin([rewrite]);
    const [before, after] = [compound(), compound()];
    expect(interceptor.rtcp(after)).toBe(false);
    const changed = [...after.bytes.keys()].filter((i) => after.bytes[i] !== before.bytes[i]);
    expect(changed).toEqual(at === 4 ? [7] : [at]);
    expect(interceptor.end()).toEqual({ applied: 1, first: 'rtcp fromTarget caller 1' });
  });

  it.each([
    ['a type that is not there', rtcp.changing(200, (packet) => void packet.fill(0, 4)), compound()],
    ['a change that changes nothing', rtcp.changing(203, () => {}), compound()],
    ['what the suite sends', another, compound('toTarget')],
    ['what is no RTCP', another, { ...compound(), bytes: Buffer.from([1, 2, 3]) }],
    ['a packet that is not whole', another, { ...compound(), bytes: Buffer.from('80c9ffff00000001', 'hex') }],
  ])('leaves alone: %s', (_name, rewrite, one) => {
    const interceptor = new Interceptor();
    interceptor.begin([rewrite]);
    const { bytes } = one;
    expect(interceptor.rtcp(one)).toBe(false);
    expect(one.bytes).toBe(bytes);
    expect(interceptor.end().applied).toBe(0);
  });
});
