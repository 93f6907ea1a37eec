import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { encodeG711, type G711, g711 } from './g711.ts';
import { resample, toInt16 } from './resample.ts';
import { readWav } from './wav.ts';

const has = (program: string, flag: string): boolean => spawnSync(program, [flag]).status === 0;
const [sox, ffmpeg, espeak] = [has('sox', '--version'), has('ffmpeg', '-version'), has('espeak-ng', '--version')];

function run(program: string, args: readonly string[], input: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}

const laws = { PCMU: { sox: 'mu-law', ffmpeg: 'mulaw' }, PCMA: { sox: 'a-law', ffmpeg: 'alaw' } } as const;
type Law = keyof typeof laws;
const raw = ['-t', 'raw', '-r', '8000', '-c', '1'];
const linear = ['-e', 'signed', '-b', '16', '-L'];
const companded = (law: Law): string[] => ['-e', laws[law].sox, '-b', '8'];

/** Linear samples, little-endian, of octets, and the way back. */
const others = {
  sox: {
    here: sox,
    decode: (law: Law, octets: Uint8Array) =>
      run('sox', ['-D', ...raw, ...companded(law), '-', ...raw, ...linear, '-'], octets),
    encode: (law: Law, samples: Uint8Array) =>
      run('sox', ['-D', ...raw, ...linear, '-', ...raw, ...companded(law), '-'], samples),
  },
  ffmpeg: {
    here: ffmpeg,
    decode: (law: Law, octets: Uint8Array) => ffmpegAs([laws[law].ffmpeg, 's16le'], octets),
    encode: (law: Law, samples: Uint8Array) => ffmpegAs(['s16le', laws[law].ffmpeg], samples),
  },
};

function ffmpegAs([from, to]: readonly [string, string], input: Uint8Array): Buffer {
  const form = ['-f', from, '-ar', '8000', '-ac', '1', '-i', '-'];
  return run('ffmpeg', ['-v', 'error', ...form, '-f', to, '-'], input);
}

function bytesOf(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(samples.length * 2);
  for (const [i, sample] of samples.entries()) bytes.writeInt16LE(sample, i * 2);
  return bytes;
}

const decoded = (codec: G711, octets: Uint8Array): Int16Array =>
  Int16Array.from(octets, (octet) => codec.decode[octet] ?? 0);

function encoded(codec: G711, samples: Int16Array): Uint8Array {
  const octets = new Uint8Array(samples.length);
  encodeG711(codec, samples, octets);
  return octets;
}

/** Every octet; the sounds of speech that follow are made of them. */
const everyOctet = Uint8Array.from({ length: 256 }, (_, octet) => octet);

function speech(): Int16Array {
  const text = 'She sells forty six thick swift ships, and pays the call in coins of two sizes. Why? Because!';
  const { samples, sampleRate } = readWav(run('espeak-ng', ['--stdout', text], new Uint8Array()));
  return toInt16(resample(samples, sampleRate, 8000));
}

// What G.711 codes has 14 bits (µ) and 13 (A); how 16 bits become those it leaves open, and sox and ffmpeg differ there. So samples
// are brought to its own steps first. ffmpeg looks each sample up in a table of nearest values, which at the
// boundaries of segments is not what the tables of G.711 say: of it only what has no such choice is asked.
for (const law of ['PCMU', 'PCMA'] as const) {
  const codec = g711(law);
  const step = law === 'PCMU' ? 4 : 8;

  describe.each(Object.entries(others))(`${law} and %s`, (name, other) => {
    it.skipIf(!other.here)(`decode the whole code space alike (skipped: ${name} is not installed)`, () => {
      expect(Buffer.compare(other.decode(law, everyOctet), bytesOf(decoded(codec, everyOctet)))).toBe(0);
    });

    it.skipIf(!other.here)(`encode every value that an octet has alike (skipped: ${name} is not installed)`, () => {
      const levels = decoded(codec, everyOctet);
      expect(Buffer.compare(other.encode(law, bytesOf(levels)), encoded(codec, levels))).toBe(0);
    });

    it.skipIf(!other.here || !espeak)(`decode speech alike (skipped: ${name} or espeak-ng is not installed)`, () => {
      const octets = encoded(codec, speech());
      expect(new Set(octets).size).toBeGreaterThan(150);
      expect(Buffer.compare(other.decode(law, octets), bytesOf(decoded(codec, octets)))).toBe(0);
    });
  });

  it.skipIf(!sox || !espeak)(`${law} and sox encode speech alike (skipped: sox or espeak-ng is not installed)`, () => {
    const samples = speech().map((sample) => Math.floor(sample / step) * step);
    expect(samples.length).toBeGreaterThan(8000 * 4);
    expect(Buffer.compare(others.sox.encode(law, bytesOf(samples)), encoded(codec, samples))).toBe(0);
  });
}
