import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MPEGDecoder } from 'mpg123-decoder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framesFor, MP3_RATE } from './core/mp3-frames.ts';
import { energy, powerAt, tone } from './core/tone.ts';
import { Mp3Encoder } from './mp3-encoder.ts';

const has = (program: string): boolean => spawnSync(program, ['-version']).status === 0;
const ffprobe = has('ffprobe');
const soxReads = /AUDIO FILE FORMATS:.*\bmp3\b/.test(String(spawnSync('sox', ['--help']).stdout));

/** Two channels in turn: a tone of its own in each, the right one from `apart` ms on. */
function stereo(milliseconds: number, apart = 0): Int16Array {
  const left = tone([700], milliseconds, { level: 0.3 });
  const right = tone([1300], milliseconds - apart, { level: 0.3 });
  const both = new Int16Array(left.length * 2);
  for (let i = 0; i < left.length; i++) {
    both[i * 2] = left[i] ?? 0;
    both[i * 2 + 1] = right[i - apart * 8] ?? 0;
  }
  return both;
}

async function encoded(samples: Int16Array, channels: 1 | 2 = 2, piece = 16_000): Promise<Buffer> {
  const encoder = await Mp3Encoder.create(channels);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < samples.length; at += piece) parts.push(encoder.encode(samples.subarray(at, at + piece)));
  return Buffer.concat([...parts, encoder.end()]);
}

async function decoded(mp3: Uint8Array): Promise<Float32Array[]> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const { channelData, errors, sampleRate } = decoder.decode(mp3);
  decoder.free();
  expect([errors, sampleRate]).toEqual([[], MP3_RATE]);
  return channelData;
}

const onset = (samples: Float32Array | undefined): number =>
  (samples?.findIndex((sample) => Math.abs(sample) > 0.1) ?? Number.NaN) / 48;

describe('MP3', () => {
  it('keeps the channels apart, their level and their time', async () => {
    const [left = new Float32Array(), right = new Float32Array()] = await decoded(await encoded(stereo(2000, 500)));
    const middle = (samples: Float32Array) => samples.subarray(40_000, 88_000);
    for (const [channel, own, other] of [
      [middle(left), 700, 1300],
      [middle(right), 1300, 700],
    ] as const) {
      expect(Math.sqrt(powerAt(channel, own, MP3_RATE))).toBeCloseTo(0.3, 2);
      // The other one is 60 dB down.
      expect(powerAt(channel, other, MP3_RATE)).toBeLessThan(0.09e-6);
      expect(powerAt(channel, own, MP3_RATE) / 2 / energy(channel)).toBeGreaterThan(0.999);
    }
    // What was said within the delay of the codec is lost, what comes later lies where it was.
    expect(onset(left)).toBeLessThan(26);
    expect(Math.abs(onset(right) - 500)).toBeLessThan(1);
  });

  it('is the same whatever the pieces', async () => {
    const samples = stereo(700);
    expect(Buffer.compare(await encoded(samples, 2, 16_000), await encoded(samples, 2, 322))).toBe(0);
  });

  it('has one channel where there is one', async () => {
    const channels = await decoded(await encoded(tone([900], 1000, { level: 0.3 }), 1));
    expect(channels).toHaveLength(2);
    expect(Math.sqrt(powerAt(channels[0]?.subarray(10_000, 34_000) ?? [], 900, MP3_RATE))).toBeCloseTo(0.3, 2);
  });

  it.each([0, 10, 60, 100, 500, 1000, 1011, 1023, 2005, 3017])('%i ms are that long', async (milliseconds) => {
    const [left] = await decoded(await encoded(stereo(milliseconds)));
    const length = (left?.length ?? 0) / 48;
    // One frame alone is no MP3 to others.
    if (milliseconds < 48) expect(length).toBe(48);
    else expect(length - milliseconds).toSatisfy((over: number) => over > -14.1 && over < 10.1);
  });

  it('counts frames to the nearest, rather one too few', () => {
    expect([0, 48_000, 49_055, 49_056].map((samples) => framesFor(samples, 2))).toEqual([2, 42, 42, 43]);
  });
});

describe.skipIf(!ffprobe || !soxReads)('MP3 seen by ffprobe and sox (skipped: one of them is not installed)', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mp3-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const text = (program: string, ...given: string[]): string => {
    const { stdout, stderr, status } = spawnSync(program, given);
    expect([status, String(stderr)]).toEqual([0, '']);
    return String(stdout).trim();
  };

  it.each([1500, 3007, 4011])('%i ms ± 20 ms, two channels', async (milliseconds) => {
    const file = join(directory, `${milliseconds}.mp3`);
    await writeFile(file, await encoded(stereo(milliseconds)));
    const entries = 'format=duration:stream=channels,codec_name';
    const probed = JSON.parse(text('ffprobe', '-v', 'error', '-of', 'json', '-show_entries', entries, file));
    expect(probed.streams).toMatchObject([{ codec_name: 'mp3', channels: 2 }]);
    expect(Math.abs(Number(probed.format.duration) * 1000 - milliseconds)).toBeLessThanOrEqual(20);
    expect(Math.abs(Number(text('sox', '--info', '-D', file)) * 1000 - milliseconds)).toBeLessThanOrEqual(20);
    expect(text('sox', '--info', '-c', file)).toBe('2');
  });

  // Whatever a program knows of the delays of codecs, it finds a sound where it was.
  it.each([
    ['ffmpeg', (from: string, to: string) => text('ffmpeg', '-loglevel', 'error', '-i', from, to)],
    ['sox', (from: string, to: string) => text('sox', from, to)],
  ])('a click is where it was for %s, in both channels, from 25 ms on', async (name, decode) => {
    const [mp3, wav] = [join(directory, `click-${name}.mp3`), join(directory, `click-${name}.wav`)];
    const samples = new Int16Array(16_000 * 2);
    const clicks = [
      [25, 1, 0],
      [525, 1, 1],
      [1025, 2, 0],
      [1525, 2, 1],
    ] as const;
    for (const [at, length, channel] of clicks) {
      for (let i = 0; i < length * 8; i++) samples[(at * 8 + i) * 2 + channel] = i % 2 === 0 ? 20_000 : -20_000;
    }
    await writeFile(mp3, await encoded(samples));
    decode(mp3, wav);
    const bytes = await readFile(wav);
    const pcm = new DataView(bytes.buffer, bytes.byteOffset + bytes.indexOf('data') + 8);
    for (const [at, , channel] of clicks) {
      let [peak, place] = [0, 0];
      for (let n = (at - 25) * 48; n < (at + 200) * 48 && (n + 1) * 4 <= pcm.byteLength; n++) {
        const level = Math.abs(pcm.getInt16((n * 2 + channel) * 2, true));
        if (level > peak) [peak, place] = [level, n / 48];
      }
      expect(peak).toBeGreaterThan(10_000);
      expect(Math.abs(place - at)).toBeLessThan(2);
    }
  });
});
