import type { Codec } from './types.ts';

type Encoding = Omit<Codec, 'payloadType' | 'fmtp'>;

const mono = (name: string, clockRate = 8000): Encoding => ({ name, clockRate, channels: 1 });

/** Audio payload types that need no rtpmap. RFC 3551 6, table 4. */
const table: Record<number, Encoding> = {
  0: mono('PCMU'),
  3: mono('GSM'),
  4: mono('G723'),
  5: mono('DVI4'),
  6: mono('DVI4', 16_000),
  7: mono('LPC'),
  8: mono('PCMA'),
  9: mono('G722'),
  10: { name: 'L16', clockRate: 44_100, channels: 2 },
  11: mono('L16', 44_100),
  12: mono('QCELP'),
  13: mono('CN'),
  14: mono('MPA', 90_000),
  15: mono('G728'),
  16: mono('DVI4', 11_025),
  17: mono('DVI4', 22_050),
  18: mono('G729'),
};

/** Encoding of a static payload type, undefined for one that is dynamic or unassigned. */
export function staticCodec(payloadType: number): Encoding | undefined {
  return table[payloadType];
}
