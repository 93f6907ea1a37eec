import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Route, type RouteMap } from './route.ts';
import { buildRtp, createRtpView, type RtpPacket, readRtp, type Ssrc } from './rtp.ts';

const map: RouteMap = {
  ssrcIn: 0x8000_0005 as Ssrc,
  typeIn: 0,
  ssrcOut: 0xfeed_beef as Ssrc,
  typeOut: 8,
  sequence: 65_000,
  timestamp: -5000,
  octets: 0,
};
const packet = (changes: Partial<RtpPacket> = {}): Uint8Array =>
  buildRtp({
    ...{ marker: false, payloadType: 0, sequence: 1001, timestamp: 4160, ssrc: map.ssrcIn },
    payload: Uint8Array.of(1, 2, 3),
    ...changes,
  });
const pass = (bytes: Uint8Array, route = new Route(map, 1000, 4000)): boolean => route.pass(bytes, 0, bytes.length, 0);

describe('a route', () => {
  it('gives a packet the numbers of the stream it becomes part of, and leaves marker and payload', () => {
    const bytes = Uint8Array.of(9, 9, ...packet({ marker: true }), 9);
    expect(new Route(map, 1000, 4000).pass(bytes, 2, 15, 0)).toBe(true);
    const view = createRtpView();
    expect(readRtp(bytes.subarray(2, 17), view)).toBe(true);
    expect(view).toMatchObject({ marker: true, payloadType: 8, sequence: 465, timestamp: 2 ** 32 - 840 });
    expect(view.ssrc).toBe(map.ssrcOut);
    expect([...bytes.subarray(14)]).toEqual([1, 2, 3, 9]);
    expect([...bytes.subarray(0, 2)]).toEqual([9, 9]);
  });

  it.each<[string, Partial<RtpPacket>]>([
    ['another payload type, such as a key', { payloadType: 101 }],
    ['another source', { ssrc: 6 as Ssrc }],
    ['a header extension', { extension: { profile: 1, data: Uint8Array.of(1) } }],
    ['padding', { padding: 4 }],
    ['a contributing source', { csrc: [7] }],
    ['a jump in sequence numbers', { sequence: 1200 }],
    ['a jump back in sequence numbers', { sequence: 800 }],
    ['a jump in timestamps', { timestamp: 40_000 }],
    ['no payload', { payload: new Uint8Array() }],
  ])('is not for a packet with %s, which stays as it is', (_, changes) => {
    const bytes = packet(changes);
    expect(pass(bytes)).toBe(false);
    expect(bytes).toEqual(packet(changes));
  });

  it.each([
    [3, true],
    [2, false],
    [4, false],
  ])('for payloads of %i octets takes one of 3: %s', (octets, taken) => {
    const bytes = packet();
    expect(pass(bytes, new Route({ ...map, octets }, 1000, 4000))).toBe(taken);
    if (!taken) expect(bytes).toEqual(packet());
  });

  it('takes late packets, and tells the distance of those in order', () => {
    const route = new Route(map, 65_535, 4000);
    expect(pass(packet({ sequence: 0, timestamp: 4240 }), route)).toBe(true);
    expect([route.sequence, route.timestamp, route.step]).toEqual([0, 4240, 240]);
    expect(pass(packet({ sequence: 65_534, timestamp: 3840 }), route)).toBe(true);
    expect(route.step).toBe(0);
  });

  it('tallies what passed: how much, how far, and the jitter', () => {
    const route = new Route(map, 1000, 4000, 10, 0);
    for (const [sequence, timestamp, now] of [
      [1001, 4160, 520],
      [1003, 4480, 563],
      [1002, 4320, 564],
    ] as const) {
      expect(route.pass(packet({ sequence, timestamp }), 0, 15, now)).toBe(true);
    }
    const { tally } = route;
    expect(tally).toMatchObject({ packets: 3, octets: 9, sequence: 1003, timestamp: 4480, at: 564 });
    // Transits of 0, 24 and 192 after one of 0, by RFC 3550 A.8.
    expect([tally.transit, tally.jitter]).toEqual([
      192,
      (((10 * 15) / 16) * (15 / 16) + 24 / 16) * (15 / 16) + 168 / 16,
    ]);
    tally.clear();
    expect(tally).toMatchObject({ packets: 0, octets: 0, sequence: 1003 });
  });

  it('leaves whatever comes whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (noise, shaped) => {
        const bytes = Uint8Array.of(...(shaped ? [0x80, 0] : []), ...noise);
        const before = bytes.slice();
        const passed = pass(bytes);
        expect(bytes.length).toBe(before.length);
        expect(bytes.subarray(12)).toEqual(before.subarray(12));
        if (!passed) expect(bytes).toEqual(before);
      }),
    );
  });
});
