/** Steps from one RTP packet to the next, modulo the widths of their fields. */
import { sequenceDistance, timestampDistance } from '../../media/core/rtp.ts';
import type { Heard } from './rtp-ear.ts';

export const distance = (heard: readonly Heard[]): { sequence: number; timestamp: number }[] =>
  heard.slice(1).flatMap((next, i) => {
    const last = heard[i];
    if (last === undefined) return [];
    return [
      {
        sequence: sequenceDistance(next.sequence, last.sequence),
        timestamp: timestampDistance(next.timestamp, last.timestamp),
      },
    ];
  });
