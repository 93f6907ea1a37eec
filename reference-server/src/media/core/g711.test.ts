import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { encodeG711, g711, PCMA, PCMU, transcodeTable } from './g711.ts';

const sox = spawnSync('sox', ['--version']).status === 0;

function convert(input: Uint8Array, from: string[], to: string[]): Buffer {
  const result = spawnSync('sox', ['-D', ...raw, ...from, '-', ...raw, ...to, '-'], { input, maxBuffer: 1 << 24 });
  if (result.status !== 0) throw new Error(result.stderr.toString());
  return result.stdout;
}
const raw = ['-t', 'raw', '-r', '8000', '-c', '1'];
const linear = ['-e', 'signed', '-b', '16', '-L'];

describe('G.711 known values', () => {
  it.each([
    ['µ-law positive zero', PCMU, 0, 0xff],
    ['µ-law largest', PCMU, 32767, 0x80],
    ['µ-law smallest', PCMU, -32768, 0x00],
    ['µ-law first step', PCMU, 4, 0xfe],
    ['A-law positive zero', PCMA, 0, 0xd5],
    ['A-law negative zero', PCMA, -1, 0x55],
    ['A-law largest', PCMA, 32767, 0xaa],
    ['A-law smallest', PCMA, -32768, 0x2a],
  ])('%s', (_, codec, sample, octet) => {
    expect(codec.encode[sample & 0xffff]).toBe(octet);
  });

  it.each([PCMU, PCMA])('$name gives every octet back that it decoded', (codec) => {
    for (let octet = 0; octet < 256; octet++) {
      // µ-law has two zeros that are one sample.
      const expected = codec.name === 'PCMU' && octet === 0x7f ? 0xff : octet;
      expect(codec.encode[(codec.decode[octet] ?? 0) & 0xffff]).toBe(expected);
    }
  });

  it('transcodes through the linear sample, and not at all within one law', () => {
    expect(transcodeTable('PCMU', 'PCMU')).toBeUndefined();
    const table = transcodeTable('PCMU', 'PCMA');
    expect(table?.[0xff]).toBe(0xd5);
    expect(transcodeTable('PCMA', 'PCMU')?.[0xd5]).toBe(PCMU.encode[8]);
  });

  it('silence decodes to next to nothing', () => {
    expect(PCMU.decode[PCMU.silence]).toBe(0);
    expect(PCMA.decode[PCMA.silence]).toBe(8);
  });
});

// sox is an implementation not ours. It rounds 16 bits to the 14 (13) that G.711 codes, where G.711 itself says nothing;
// so the comparison runs over the whole code space of G.711, each of its 16384 (8192) values and each of the 256 octets.
describe.skipIf(!sox)('G.711 agrees with sox (skipped: sox is not installed)', () => {
  it.each([
    ['PCMU', 'mu-law', 4],
    ['PCMA', 'a-law', 8],
  ] as const)('%s', (name, law, step) => {
    const codec = g711(name);
    const octets = Uint8Array.from({ length: 256 }, (_, index) => index);
    const decoded = convert(octets, ['-e', law, '-b', '8'], linear);
    expect(Array.from({ length: 256 }, (_, index) => decoded.readInt16LE(index * 2))).toEqual([...codec.decode]);

    const samples = Int16Array.from({ length: 65536 / step }, (_, index) => index * step - 32768);
    const encoded = convert(new Uint8Array(samples.buffer), linear, ['-e', law, '-b', '8']);
    const ours = new Uint8Array(samples.length);
    encodeG711(codec, samples, ours);
    expect(Buffer.compare(encoded, ours)).toBe(0);
  });
});
