import { describe, expect, it } from 'vitest';
import { ReceiveStats } from './receive-stats.ts';
import type { Ssrc } from './rtp.ts';

const ssrc = 1 as Ssrc;

/** Feeds sequence numbers whose packets arrive exactly on time. */
function fed(sequences: readonly number[]): ReceiveStats {
  const first = sequences[0] ?? 0;
  const stats = new ReceiveStats(ssrc, first, 8000);
  for (const sequence of sequences) {
    const index = (sequence - first) & 0xffff;
    stats.update(sequence, index * 160, index * 20);
  }
  return stats;
}

describe('receiver statistics', () => {
  it.each([
    ['in order', [10, 11, 12], 3, 0],
    ['one lost', [10, 11, 13], 4, 1],
    ['out of order', [10, 12, 11, 13], 4, 0],
    ['one twice', [10, 11, 11, 12], 3, -1],
    ['across the wrap', [65534, 65535, 0, 2], 5, 1],
    ['late across the wrap', [65535, 1, 0, 2], 4, 0],
  ])('%s', (_, sequences, expected, lost) => {
    const stats = fed(sequences);
    expect(stats.expected).toBe(expected);
    expect(stats.lost).toBe(lost);
    expect(stats.jitterMs).toBe(0);
  });

  it('reports the share lost since the report before', () => {
    const stats = fed([0, 1, 2, 4]);
    expect(stats.report(80)).toMatchObject({ fractionLost: 51, cumulativeLost: 1, highestSequence: 4 });
    stats.update(5, 800, 100);
    expect(stats.report(100)).toMatchObject({ fractionLost: 0, cumulativeLost: 1 });
  });

  it('smooths jitter by a sixteenth', () => {
    const stats = new ReceiveStats(ssrc, 0, 8000);
    stats.update(0, 0, 0);
    stats.update(1, 160, 36); // 16 ms late: 128 units.
    expect(stats.report(36).jitter).toBe(8);
    expect(stats.jitterMs).toBeCloseTo(1);
  });

  it('is not disturbed by the wrap of timestamps', () => {
    const stats = new ReceiveStats(ssrc, 0, 8000);
    stats.update(0, 2 ** 32 - 160, 0);
    stats.update(1, 0, 20);
    stats.update(2, 160, 40);
    expect(stats.jitterMs).toBe(0);
  });

  it('believes in a restart after two numbers in a row', () => {
    const stats = fed([100, 101]);
    expect(stats.update(40_000, 0, 40)).toBe(false);
    expect(stats.update(40_001, 160, 60)).toBe(true);
    expect(stats.expected).toBe(1);
    expect(stats.lost).toBe(0);
  });

  it('tells how long ago the last sender report came', () => {
    const stats = fed([0]);
    expect(stats.report(10)).toMatchObject({ lastSr: 0, delaySinceLastSr: 0 });
    stats.senderReport(0xabcd0000, 1000);
    expect(stats.report(1500)).toMatchObject({ lastSr: 0xabcd0000, delaySinceLastSr: 32768 });
  });
});
