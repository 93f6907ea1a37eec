/**
 * G.711 by tables: 16-bit linear samples to and from the character signals of A-law (A-bit inversion as on the wire)
 * and µ-law. The 14 bits (µ) and 13 bits (A) that the recommendation works on are the upper ones of the sample.
 */
export type G711Name = 'PCMU' | 'PCMA';

export interface G711 {
  readonly name: G711Name;
  /** Static payload type of RFC 3551. */
  readonly payloadType: 0 | 8;
  /** The octet that stands for silence. */
  readonly silence: number;
  /** Sample of an octet. */
  readonly decode: Int16Array;
  /** Octet of a sample, at the sample's 16 bits taken as unsigned. */
  readonly encode: Uint8Array;
}

/** Segment of a magnitude: the position of its highest bit above `lowest`. */
function segment(magnitude: number, lowest: number): number {
  return Math.max(0, 31 - Math.clz32(magnitude) - lowest);
}

function encodeMu(sample: number): number {
  const magnitude = Math.min(Math.abs(sample) >> 2, 8158) + 33;
  const exponent = segment(magnitude, 5);
  const code = (exponent << 4) | ((magnitude >> (exponent + 1)) & 0x0f);
  return (sample < 0 ? 0x7f : 0xff) ^ code;
}

function decodeMu(octet: number): number {
  const code = ~octet & 0xff;
  const exponent = (code >> 4) & 7;
  const magnitude = ((((code & 0x0f) << 1) + 33) << exponent) - 33;
  return (code & 0x80 ? -magnitude : magnitude) << 2;
}

function encodeA(sample: number): number {
  // Negative values round away from zero like the one's complement that the recommendation counts in.
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const exponent = segment(magnitude, 3);
  const code = exponent === 0 ? magnitude : (exponent << 4) | ((magnitude >> (exponent - 1)) & 0x0f);
  return (sample < 0 ? 0x55 : 0xd5) ^ code;
}

function decodeA(octet: number): number {
  const code = octet ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 0x0f) << 1) + 1;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 32) << (exponent - 1);
  return (code & 0x80 ? magnitude : -magnitude) << 3;
}

function build(
  name: G711Name,
  payloadType: 0 | 8,
  silence: number,
  encodeOne: (sample: number) => number,
  decodeOne: (octet: number) => number,
): G711 {
  const decode = Int16Array.from({ length: 256 }, (_, octet) => decodeOne(octet));
  const encode = Uint8Array.from({ length: 65536 }, (_, index) => encodeOne((index << 16) >> 16));
  return { name, payloadType, silence, decode, encode };
}

export const PCMU = build('PCMU', 0, 0xff, encodeMu, decodeMu);
export const PCMA = build('PCMA', 8, 0xd5, encodeA, decodeA);

export function g711(name: G711Name): G711 {
  return name === 'PCMU' ? PCMU : PCMA;
}

const muToA = Uint8Array.from(PCMU.decode, (sample) => PCMA.encode[sample & 0xffff] ?? 0);
const aToMu = Uint8Array.from(PCMA.decode, (sample) => PCMU.encode[sample & 0xffff] ?? 0);

/** Octet to octet table between the two laws; undefined when they are the same. */
export function transcodeTable(from: G711Name, to: G711Name): Uint8Array | undefined {
  if (from === to) return undefined;
  return from === 'PCMU' ? muToA : aToMu;
}

export function encodeG711(codec: G711, samples: Int16Array, out: Uint8Array): void {
  const { encode } = codec;
  for (let i = 0; i < samples.length; i++) out[i] = encode[(samples[i] ?? 0) & 0xffff] ?? 0;
}
