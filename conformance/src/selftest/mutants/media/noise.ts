/** Comfort noise (RFC 3389). */
import { rtp } from '../../dsl/index.ts';
import type { Mutant } from '../../types.ts';
import { one } from './one.ts';

const comfortNoise = 13;

export const noise: readonly Mutant[] = [
  one(
    'noise-of-another-level',
    'The level of a pause is told 20 dB too low',
    'noise-told',
    rtp
      .when(({ payloadType }) => payloadType === comfortNoise)
      .changing((packet) => {
        packet.payload = Buffer.from([Number(packet.payload[0]) + 20, ...packet.payload.subarray(1)]);
      }),
    'media/noise-told-pcmu',
  ),
  one(
    'new-stream-after-the-pause',
    'A new stream begins after a pause',
    'noise-stream',
    rtp.leg('callee').during(1200).set({ ssrc: 4711 }),
    'media/noise-heard-pcmu',
  ),
  one(
    'noise-is-no-life',
    'A party that sends comfort noise alone is taken for gone',
    'noise-no-timeout',
    rtp.toTarget.when(({ payloadType }) => payloadType === comfortNoise).lose(),
    'media/noise-no-timeout',
  ),
];
