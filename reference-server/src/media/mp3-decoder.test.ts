import { describe, expect, it } from 'vitest';
import { createMp3Encoder } from 'wasm-media-encoders';
import { energy, powerAt, tone } from './core/tone.ts';
import { writeWav } from './core/wav.ts';
import { decodeMp3 } from './mp3-decoder.ts';

interface Kind {
  readonly rate: 8000 | 11025 | 16000 | 22050 | 24000 | 32000 | 44100 | 48000;
  readonly channels: 1 | 2;
  readonly bitrate?: 16 | 32 | 64 | 128;
}

/** 700 Hz, in every channel, a second of it. */
async function mp3({ rate, channels, bitrate }: Kind, milliseconds = 1000): Promise<Uint8Array> {
  const encoder = await createMp3Encoder();
  const kind = bitrate === undefined ? { vbrQuality: 4 } : { bitrate };
  encoder.configure({ sampleRate: rate, channels, outputSampleRate: rate, ...kind });
  const samples = Float32Array.from(
    tone([700], milliseconds, { sampleRate: rate, level: 0.3 }),
    (each) => each / 32768,
  );
  const parts = [encoder.encode(Array.from({ length: channels }, () => samples)).slice(), encoder.finalize().slice()];
  return Buffer.concat(parts);
}

/** Longest piece that was handed out, samples. */
let longest = 0;
async function decoded(bytes: Uint8Array): Promise<Float32Array> {
  const samples: number[] = [];
  longest = 0;
  await decodeMp3(bytes, (piece) => {
    longest = Math.max(longest, piece.length);
    for (const each of piece) samples.push(each);
  });
  return Float32Array.from(samples);
}

function heard(samples: Float32Array): { milliseconds: number; purity: number; level: number } {
  const from = samples.findIndex((sample) => Math.abs(sample) > 2000);
  const to = samples.findLastIndex((sample) => Math.abs(sample) > 2000);
  const middle = samples.subarray(from + 800, from + 5600);
  const power = powerAt(middle, 700);
  return { milliseconds: (to - from) / 8, purity: power / 2 / energy(middle), level: Math.sqrt(power) / 32768 };
}

describe('MP3 prompts', () => {
  it.each<[string, Kind]>([
    ['MPEG-1, 44.1 kHz stereo', { rate: 44100, channels: 2, bitrate: 128 }],
    ['MPEG-1, 48 kHz mono', { rate: 48000, channels: 1, bitrate: 64 }],
    ['MPEG-1, 32 kHz stereo', { rate: 32000, channels: 2, bitrate: 64 }],
    ['MPEG-1, 44.1 kHz, variable', { rate: 44100, channels: 2 }],
    ['MPEG-2, 22.05 kHz mono', { rate: 22050, channels: 1, bitrate: 32 }],
    ['MPEG-2, 24 kHz stereo', { rate: 24000, channels: 2, bitrate: 64 }],
    ['MPEG-2, 16 kHz mono, variable', { rate: 16000, channels: 1 }],
    ['MPEG-2.5, 8 kHz mono', { rate: 8000, channels: 1, bitrate: 16 }],
    ['MPEG-2.5, 11.025 kHz stereo', { rate: 11025, channels: 2, bitrate: 32 }],
  ])('%s: length, frequency and level', async (_, kind) => {
    const { milliseconds, purity, level } = heard(await decoded(await mp3(kind)));
    expect(Math.abs(milliseconds - 1000)).toBeLessThan(30);
    expect(purity).toBeGreaterThan(0.999);
    // The encoder takes 5 % off where the bit rate is constant.
    expect(level).toBeCloseTo(kind.bitrate === undefined ? 0.3 : 0.285, 2);
  });

  const plain = { rate: 44100, channels: 2, bitrate: 128 } as const;
  /** A tag of the length that it says, as the makers of music files put before them. */
  const tag = (length: number): Uint8Array =>
    Uint8Array.of(
      0x49,
      0x44,
      0x33,
      4,
      0,
      0,
      0,
      length >> 14,
      (length >> 7) & 127,
      length & 127,
      ...new Uint8Array(length),
    );

  it.each<[string, (whole: Uint8Array) => Uint8Array, number]>([
    ['behind a tag', (whole) => Buffer.concat([tag(5000), whole]), 1000],
    ['behind a tag of 80 kB', (whole) => Buffer.concat([tag(80_000), whole]), 1000],
    ['before a tag of ID3v1', (whole) => Buffer.concat([whole, Buffer.from('TAG'.padEnd(128, ' '))]), 1000],
    ['cut', (whole) => whole.subarray(0, 10_000), 620],
    [
      'with a hole',
      (whole) => Buffer.concat([whole.subarray(0, 4000), new Uint8Array(900), whole.subarray(4900)]),
      1000,
    ],
  ])('%s: what is there is heard', async (_, change, length) => {
    const { milliseconds } = heard(await decoded(change(await mp3(plain))));
    expect(Math.abs(milliseconds - length)).toBeLessThan(70);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['a web page', Buffer.from(`<!doctype html>${'<p>Not found</p>'.repeat(1000)}`)],
    ['a tag alone', tag(4000)],
    ['sound of another kind', writeWav([tone([700], 1000)], 8000).subarray(44)],
    ['noise', Uint8Array.from({ length: 100_000 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255)],
    ['a part of a frame', Uint8Array.of(0xff, 0xfb, 0x54, 0x44, 0, 0, 0)],
  ])('refuses %s', async (_, bytes) => {
    await expect(decoded(bytes)).rejects.toThrow('neither a WAV nor an MP3 file');
  });

  it('hands out a long one in pieces', async () => {
    const samples = await decoded(await mp3({ rate: 8000, channels: 1, bitrate: 16 }, 120_000));
    expect(Math.abs(samples.length / 8000 - 120)).toBeLessThan(0.3);
    expect(longest).toBeLessThan(20 * 8000);
    expect(heard(samples).purity).toBeGreaterThan(0.99);
  });

  it('refuses what would take hours', async () => {
    const second = await mp3({ rate: 8000, channels: 1, bitrate: 16 }, 60_000);
    const day = Buffer.concat(Array.from({ length: 61 }, () => second));
    await expect(decoded(day)).rejects.toThrow('more than 3600 seconds');
    // An hour is decoded before it is known to be too long.
  }, 60_000);
});
