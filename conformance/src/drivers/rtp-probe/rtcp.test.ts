import { describe, expect, it } from 'vitest';
import { readReport } from './rtcp.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
// 1 January 2000 is 3155673600 s after 1900; a half of a second behind it.
const sr =
  '81c8 000c 11223344 bc17c200 80000000 00000fa0 0000000a 00000640  aabbccdd 19fffffe 0001 0020 00000050 00000000 00000000';
const sdes = '81ca 0003 11223344 01 04 6a616e65 00 00';
const bye = '81cb 0001 11223344';

describe('a compound of RTCP', () => {
  it('is taken apart: sender report, block, CNAME, goodbye', () => {
    expect(readReport(7, bytes(sr + sdes + bye))).toEqual({
      at: 7,
      kinds: ['SR', 'SDES', 'BYE'],
      ssrc: 0x11223344,
      sender: { ntpMs: Date.UTC(2000, 0, 1) + 500, timestamp: 4000, packets: 10, octets: 1600 },
      blocks: [{ ssrc: 0xaabbccdd, fractionLost: 25, lost: -2, highest: 0x10020, jitter: 80 }],
      cname: 'jane',
      bye: [0x11223344],
    });
  });

  it('may be a receiver report without anything', () => {
    expect(readReport(0, bytes('80c9 0001 11223344'))).toEqual({
      ...{ at: 0, kinds: ['RR'], ssrc: 0x11223344, blocks: [], bye: [] },
    });
  });

  it('that is cut is told as such', () => {
    expect(readReport(0, bytes(sr).subarray(0, 20))).toMatchObject({ kinds: ['malformed'], blocks: [] });
  });
});
