import { beforeEach, describe, expect, it } from 'vitest';
import type { Route } from './core/route.ts';
import type { Ssrc } from './core/rtp.ts';
import type { Lanes } from './lanes.ts';
import { Shortcut, type Suggestion } from './shortcut.ts';

/** Routes that the lane of the shortcut was given, undefined where the one before was taken away. */
let routes: (Route | undefined)[];
let shortcut: Shortcut;

const lanes: Lanes = {
  kind: 'typescript',
  ready: 1,
  routed: 0,
  ending: 0,
  open: () => ({
    ready: true,
    send: () => undefined,
    route: (route) => void routes.push(route),
    settle: () => undefined,
    close: async () => {},
  }),
  work: () => 0,
  close: async () => {},
};

const at = (ssrc: number, sequence: number, timestamp = sequence * 160): Suggestion => ({
  map: { ...{ ssrcIn: ssrc as Ssrc, typeIn: 0, ssrcOut: 0 as Ssrc, typeOut: 0 }, sequence: 0, timestamp: 0, octets: 0 },
  ...{ sequence, timestamp, running: { jitter: 0, transit: undefined } },
});

beforeEach(() => {
  routes = [];
  const host = { receive: () => undefined, passed: () => undefined, fed: () => undefined };
  shortcut = new Shortcut(lanes, { address: '192.0.2.1', port: 6000 }, host);
  shortcut.use({ address: '192.0.2.7', port: 4000 });
  for (let sequence = 0; sequence < 20; sequence++) shortcut.end(at(5, sequence));
});

describe('a route that ends here', () => {
  it('is set up once, however many packets of its stream take the long way', () => {
    expect(routes.map((route) => route?.map.ssrcIn)).toEqual([5]);
  });

  it.each([
    ['another source', at(6, 20)],
    ['other sequence numbers', at(5, 9000, 20 * 160)],
    ['another time', at(5, 20, 9_000_000)],
  ])('makes way for one of a stream that goes on with %s', (_, next) => {
    shortcut.end(next);
    shortcut.end({ ...next, sequence: next.sequence + 1, timestamp: next.timestamp + 160 });
    const last = routes.at(-1);
    expect([last?.map.ssrcIn, last?.sequence, last?.timestamp]).toEqual([
      next.map.ssrcIn,
      next.sequence,
      next.timestamp,
    ]);
    expect(routes.filter((route) => route !== undefined)).toHaveLength(2);
  });
});
