import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepare } from './core/prepare.ts';
import { tone } from './core/tone.ts';
import { writeWav } from './core/wav.ts';
import { Preparer } from './preparer.ts';

const wav = writeWav([tone([500], 100, { sampleRate: 16000 })], 16000);
let preparer: Preparer;
let reads: number;
const read = async (): Promise<Uint8Array> => {
  reads++;
  return wav;
};

beforeEach(() => {
  preparer = new Preparer(10_000);
  reads = 0;
});
afterEach(() => preparer.close());

describe('preparing prompts', () => {
  it('happens once for each content and codec, also when asked for at once', async () => {
    const [one, two] = await Promise.all([preparer.prepare('a', 'PCMU', read), preparer.prepare('a', 'PCMU', read)]);
    expect(await preparer.prepare('a', 'PCMU', read)).toBe(one);
    expect(two).toBe(one);
    expect(reads).toBe(1);
    const other = await preparer.prepare('a', 'PCMA', read);
    expect(reads).toBe(2);
    expect(other.octets).toHaveLength(800);
    expect(other.octets.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(Buffer.compare(other.octets, prepare(wav, 'PCMA'))).toBe(0);
    expect(preparer.cacheBytes).toBe(1600);
  });

  it('is tried again after it failed', async () => {
    const broken = async (): Promise<Uint8Array> => Uint8Array.of(1, 2, 3);
    await expect(preparer.prepare('a', 'PCMU', broken)).rejects.toThrow('neither a WAV nor an MP3 file');
    expect((await preparer.prepare('a', 'PCMU', read)).octets).toHaveLength(800);
  });

  it('ends with a word for who waits when it is closed', async () => {
    const endless = preparer.prepare('a', 'PCMU', read);
    const outcome = endless.then(
      () => 'prepared',
      (error: unknown) => String(error),
    );
    await Promise.resolve();
    await preparer.close();
    expect(await outcome).toMatch(/died/);
  });
});
