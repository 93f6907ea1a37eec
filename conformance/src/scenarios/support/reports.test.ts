import { describe, expect, it } from 'vitest';
import type { PacketRecord, ReportRecord, SentRecord } from '../../drivers/rtp-probe/types.ts';
import { clocksParted, receiverSaid, senderSaid } from './reports.ts';

const report = (changes: Partial<ReportRecord>): ReportRecord => ({
  ...{ at: 1000, kinds: ['SR', 'SDES'], ssrc: 7, blocks: [], bye: [] },
  ...changes,
});
const packets = Array.from(
  { length: 100 },
  (_, i): PacketRecord => ({
    ...{ at: i * 20, sequence: i, timestamp: (i * 160 - 400) >>> 0, ssrc: 7, payloadType: 0, marker: false },
    payloadBytes: 160,
  }),
);
const sent = Array.from(
  { length: 100 },
  (_, i): SentRecord => ({ at: i * 20, ssrc: 9, sequence: (65_526 + i) & 0xffff, lost: i % 10 === 5 }),
);

describe('a sender report', () => {
  it('is held against what had come by then', () => {
    const sender = { ntpMs: 5000, timestamp: 7608, packets: 51, octets: 8161 };
    expect(senderSaid(report({ at: 1005, sender }), packets)).toEqual({
      ...{ ssrcs: [7, [7]], packets: [51, 51], octets: [8161, 8160], aheadMs: -4 },
    });
    expect(senderSaid(report({}), packets)).toBe(undefined);
  });

  it('tells with another one how clocks part', () => {
    const at = (ms: number, ntpMs: number, timestamp: number): ReportRecord =>
      report({ at: ms, sender: { ntpMs, timestamp, packets: 1, octets: 1 } });
    expect(clocksParted(at(0, 100, 4_294_967_000), at(1000, 1110, 7704))).toEqual({ rtpMs: -10, ntpMs: 10 });
  });
});

describe('a receiver report', () => {
  const block = { ssrc: 9, fractionLost: 30, lost: 5, highest: 0x10000 + 34, jitter: 24 };

  it('is held against what was sent by then', () => {
    expect(receiverSaid(report({ blocks: [block] }), undefined, sent)).toEqual({
      ...{ behind: 6, cycles: [1, 1], lost: [5, 4], fraction: [30, 22], interval: 45, jitterMs: 3 },
    });
    const before = report({ at: 300, blocks: [{ ...block, highest: 65_530 }] });
    expect(receiverSaid(report({ blocks: [block] }), before, sent)).toMatchObject({ interval: 40, fraction: [30, 25] });
  });

  it('about somebody else is none', () => {
    expect(receiverSaid(report({ blocks: [{ ...block, ssrc: 1 }] }), undefined, sent)).toBe(undefined);
  });
});
