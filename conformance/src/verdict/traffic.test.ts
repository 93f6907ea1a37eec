import { describe, expect, it } from 'vitest';
import { addCounts, type Counts, missing, type Needs, NO_TRAFFIC, vacuous } from './traffic.ts';

const some: Counts = {
  calls: 1,
  sipMessages: 6,
  rtpPacketsReceived: 50,
  rtpPacketsSent: 40,
  callbacks: 3,
  restExchanges: 2,
};
const all: Needs = { call: true, rtp: true, webhook: true, rest: true };

it('adds kind by kind', () => {
  expect(addCounts(some, some)).toEqual({
    calls: 2,
    sipMessages: 12,
    rtpPacketsReceived: 100,
    rtpPacketsSent: 80,
    callbacks: 6,
    restExchanges: 4,
  });
  expect(addCounts(some, NO_TRAFFIC)).toEqual(some);
});

describe('missing', () => {
  const rows: readonly (readonly [string, Needs, Counts, readonly string[]])[] = [
    ['nothing needed', {}, NO_TRAFFIC, []],
    ['denied needs', { call: false, rtp: false }, NO_TRAFFIC, []],
    ['everything needed and there', all, some, []],
    ['a call', { call: true }, { ...some, calls: 0 }, ['SIP call']],
    ['RTP from the target', { rtp: true }, { ...some, rtpPacketsReceived: 0 }, ['RTP packet from the target']],
    [
      'RTP to the target is no RTP from it',
      { rtp: true },
      { ...NO_TRAFFIC, rtpPacketsSent: 9 },
      ['RTP packet from the target'],
    ],
    ['callbacks', { webhook: true }, { ...some, callbacks: 0 }, ['callback']],
    ['REST', { rest: true }, { ...some, restExchanges: 0 }, ['REST answer']],
  ];
  it.each(rows)('%s', (_name, needs, counts, names) => {
    expect(missing(needs, counts)).toEqual(names);
  });
});

describe('the vacuity gate', () => {
  const none = (needs: Needs) => ({ needs, observed: NO_TRAFFIC });
  const rows: readonly (readonly [
    string,
    readonly { readonly needs: Needs; readonly observed: Counts }[],
    boolean,
    readonly string[],
  ])[] = [
    ['no test', [], true, []],
    ['nothing was due', [none({})], true, []],
    ['a call was due, none came', [none({ call: true })], true, ['SIP call']],
    ['another test saw a callback', [none({ webhook: true }), { needs: {}, observed: some }], true, []],
    [
      'all was due, nothing came',
      [none(all)],
      false,
      ['SIP call', 'RTP packet from the target', 'callback', 'REST answer'],
    ],
    [
      'a whole run never sent RTP',
      [{ needs: { rtp: true }, observed: { ...some, rtpPacketsSent: 0 } }],
      true,
      ['RTP packet to the target'],
    ],
    ['a filtered run only listened', [{ needs: { rtp: true }, observed: { ...some, rtpPacketsSent: 0 } }], false, []],
  ];
  it.each(rows)('%s', (_name, tests, whole, names) => {
    expect(vacuous(tests, whole)).toEqual(names.map((name) => `not one ${name} in the whole run`));
  });
});
