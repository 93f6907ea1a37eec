import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { powerAt, tone } from '../tone.ts';
import { FRAME_BYTES, FRAME_SAMPLES, GsmDecoder, GsmEncoder } from './gsm.ts';

const PCM = ['-r', '8000', '-c', '1', '-e', 'signed', '-b', '16'];

function has(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function encode(samples: Int16Array): Uint8Array {
  const frames = Math.floor(samples.length / FRAME_SAMPLES);
  const out = new Uint8Array(frames * FRAME_BYTES);
  const encoder = new GsmEncoder();
  for (let i = 0; i < frames; i++) {
    encoder.encode(samples.subarray(i * FRAME_SAMPLES, (i + 1) * FRAME_SAMPLES), out, i * FRAME_BYTES);
  }
  return out;
}

function decode(bytes: Uint8Array): Int16Array {
  const frames = bytes.length / FRAME_BYTES;
  const out = new Int16Array(frames * FRAME_SAMPLES);
  const decoder = new GsmDecoder();
  for (let i = 0; i < frames; i++) {
    decoder.decode(bytes, i * FRAME_BYTES, out.subarray(i * FRAME_SAMPLES, (i + 1) * FRAME_SAMPLES));
  }
  return out;
}

/** Numbers that look random and are the same each time. */
function noise(count: number, most: number): number[] {
  let state = 12345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  });
}

describe.skipIf(!has('sox', '--version'))('GSM 06.10 agrees with sox, bit for bit', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gsm-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function sox(input: Uint8Array, from: readonly string[], to: readonly string[]): Promise<Uint8Array> {
    const [source, target] = [join(directory, 'in'), join(directory, 'out')];
    await writeFile(source, input);
    execFileSync('sox', ['-D', ...from, source, ...to, target]);
    return new Uint8Array(await readFile(target));
  }

  async function speech(): Promise<Int16Array> {
    const path = join(directory, 'speech.wav');
    execFileSync('espeak-ng', ['-w', path, 'Seven swift foxes pay for the call in coins of two sizes.']);
    const bytes = await sox(await readFile(path), ['-t', 'wav'], ['-t', 'raw', ...PCM]);
    return new Int16Array(bytes.buffer);
  }

  it.each<[string, () => Int16Array | Promise<Int16Array>]>([
    ['noise over the whole range', () => Int16Array.from(noise(32_000, 65_536), (each) => each - 32_768)],
    ['a square at the limits', () => Int16Array.from({ length: 8000 }, (_, i) => ((i >> 5) & 1 ? 32_767 : -32_768))],
    ['silence', () => new Int16Array(1600)],
    ['a quiet tone', () => tone([440], 500, { level: 0.001 })],
    ['two tones', () => tone([697, 1477], 500, { level: 0.45 })],
    ...(has('espeak-ng', '--version') ? ([['speech', speech]] as [string, () => Promise<Int16Array>][]) : []),
  ])('%s', async (_, make) => {
    const all = await make();
    const samples = all.slice(0, all.length - (all.length % FRAME_SAMPLES));
    const frames = encode(samples);
    const raw = new Uint8Array(samples.buffer);
    expect(Buffer.compare(frames, await sox(raw, ['-t', 'raw', ...PCM], ['-t', 'gsm']))).toBe(0);
    const theirs = await sox(frames, ['-t', 'gsm', '-r', '8000'], ['-t', 'raw', ...PCM]);
    expect(Buffer.compare(new Uint8Array(decode(frames).buffer), theirs)).toBe(0);
  });

  it('frames that no encoder would make', async () => {
    const frames = Uint8Array.from(noise(FRAME_BYTES * 300, 256), (each, i) =>
      i % FRAME_BYTES === 0 ? 0xd0 | (each & 15) : each,
    );
    const theirs = await sox(frames, ['-t', 'gsm', '-r', '8000'], ['-t', 'raw', ...PCM]);
    expect(Buffer.compare(new Uint8Array(decode(frames).buffer), theirs)).toBe(0);
  });
});

it('keeps a tone a tone', () => {
  const heard = decode(encode(tone([500], 400, { level: 0.3 }))).subarray(800);
  expect(powerAt(heard, 500)).toBeGreaterThan(0.8 * (0.3 * 32_767) ** 2);
});

it('refuses what bears another signature, and takes whatever bears the right one', () => {
  const out = new Int16Array(FRAME_SAMPLES);
  expect(new GsmDecoder().decode(new Uint8Array(FRAME_BYTES), 0, out)).toBe(false);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: FRAME_BYTES, maxLength: FRAME_BYTES }), (bytes) => {
      bytes[0] = 0xd0 | ((bytes[0] ?? 0) & 15);
      return new GsmDecoder().decode(bytes, 0, out);
    }),
    { numRuns: 200 },
  );
});
