import { describe, expect, it } from 'vitest';
import { buildRtcp, ntpMiddle, ntpOf, type ReportBlock, readRtcp } from './rtcp.ts';
import type { Ssrc } from './rtp.ts';

const ssrc = 0xcafe0001 as Ssrc;
const block: ReportBlock = {
  ssrc: 5 as Ssrc,
  fractionLost: 255,
  cumulativeLost: -3,
  highestSequence: 0x12345,
  jitter: 17,
  lastSr: 0xffff0001,
  delaySinceLastSr: 65536,
};
const sender = { ntp: ntpOf(1_700_000_000_500), rtpTimestamp: 0xfffffff0, packets: 10, octets: 1600 };

describe('RTCP', () => {
  it.each(['', 'a', 'ab', 'abc', 'abcd', 'x'.repeat(255)])(
    'builds SR, SDES and BYE that it reads, CNAME %j',
    (cname) => {
      expect(readRtcp(buildRtcp({ ssrc, cname, sender, reports: [block], bye: true }))).toEqual([
        { type: 'sr', ssrc, sender, reports: [block] },
        { type: 'sdes', chunks: [{ ssrc, cname }] },
        { type: 'bye', ssrcs: [ssrc] },
      ]);
    },
  );

  it('builds RR without a sender, and an empty one without sources', () => {
    expect(readRtcp(buildRtcp({ ssrc, cname: 'c', reports: [block, block] }))?.[0]).toEqual({
      type: 'rr',
      ssrc,
      reports: [block, block],
    });
    expect(readRtcp(buildRtcp({ ssrc, cname: 'c', reports: [] }))?.[0]).toEqual({ type: 'rr', ssrc, reports: [] });
  });

  it('reads a reason for leaving, and passes over what it does not know', () => {
    const rr = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 9);
    const app = Uint8Array.of(0x80, 204, 0, 2, 0, 0, 0, 9, 65, 66, 67, 68);
    const bye = Uint8Array.of(0x81, 203, 0, 2, 0, 0, 0, 9, 3, 111, 102, 102);
    expect(readRtcp(Uint8Array.of(...rr, ...app, ...bye))).toEqual([
      { type: 'rr', ssrc: 9, reports: [] },
      { type: 'other', payloadType: 204 },
      { type: 'bye', ssrcs: [9], reason: 'off' },
    ]);
  });

  const good = buildRtcp({ ssrc, cname: 'c', sender, reports: [block] });
  it.each([
    ['nothing', new Uint8Array(0)],
    ['a cut compound', good.subarray(0, good.length - 1)],
    ['a compound that starts with SDES', good.subarray(52)],
    ['version 1', good.map((value, at) => (at === 0 ? value & 0x7f : value))],
    ['more reports than bytes', good.map((value, at) => (at === 0 ? 0x9f : value))],
    ['more padding than bytes', good.map((value, at) => (at === 0 ? value | 0x20 : at === 51 ? 250 : value))],
  ])('refuses %s', (_, bytes) => {
    expect(readRtcp(bytes)).toBeUndefined();
  });

  it('takes the middle of NTP time', () => {
    expect(ntpOf(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(ntpMiddle({ seconds: 0x12345678, fraction: 0x9abcdef0 })).toBe(0x56789abc);
  });
});
