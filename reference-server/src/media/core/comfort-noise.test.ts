import { describe, expect, it } from 'vitest';
import { ComfortNoise } from './comfort-noise.ts';
import { PCMU } from './g711.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { energy, powerAt } from './tone.ts';

const noiseOf = (payload: readonly number[], samples = 16_000): Int16Array => {
  const noise = new ComfortNoise();
  noise.describe(Uint8Array.from(payload));
  const out = new Int16Array(samples);
  noise.fill(out);
  return out;
};
const dbov = (samples: Int16Array): number => 10 * Math.log10(energy(samples) / 32_768 ** 2);
/** Mean power between two frequencies. */
const band = (samples: Int16Array, from: number, to: number): number => {
  let sum = 0;
  for (let frequency = from; frequency < to; frequency += 25) sum += powerAt(samples, frequency);
  return sum;
};

describe('comfort noise (RFC 3389)', () => {
  it.each([30, 45, 60, 70])('has the level that is asked for: -%i dBov', (level) => {
    expect(dbov(noiseOf([level]))).toBeCloseTo(-level, 0);
    // The shape changes nothing of it.
    expect(Math.abs(dbov(noiseOf([level, 60, 170])) + level)).toBeLessThan(1.5);
  });

  it.each([
    ['no payload', []],
    ['the lowest level', [127]],
  ])('is silence for %s', (_, payload) => {
    expect(energy(noiseOf(payload))).toBe(0);
  });

  it('is never loud, and never without end, whatever is asked for', () => {
    expect(dbov(noiseOf([0]))).toBeLessThan(-19);
    for (const each of [0, 255]) {
      const wild = noiseOf([30, ...Array.from({ length: 40 }, () => each)], 80_000);
      expect(dbov(wild)).toBeLessThan(-10);
      expect(dbov(wild.subarray(-8000))).toBeLessThan(-10);
    }
  });

  it('has the shape that is asked for: a negative first coefficient is dark, a positive one bright', () => {
    const [dark, white, bright] = [[40, 20], [40], [40, 234]].map((payload) => noiseOf(payload));
    const tilt = (samples: Int16Array | undefined): number =>
      samples === undefined ? Number.NaN : band(samples, 200, 1000) / band(samples, 3000, 3800);
    expect(tilt(dark)).toBeGreaterThan(10);
    expect(tilt(bright)).toBeLessThan(0.1);
    expect(tilt(white)).toBeGreaterThan(0.5);
    expect(tilt(white)).toBeLessThan(2);
  });
});

describe('the pauses of a voice that is converted', () => {
  const loud = new Uint8Array(160).fill(PCMU.encode[8000] ?? 0);
  const out = new Int16Array(160);

  it('sound as the far end says, until it speaks again', () => {
    const buffer = new JitterBuffer();
    const levels: string[] = [];
    const pull = (): void => {
      const something = buffer.pull(out);
      const level = dbov(out);
      levels.push(!something ? '-' : level > -20 ? 'voice' : Math.abs(level + 45) < 3 ? 'noise' : 'else');
    };
    const put = (n: number): void => buffer.put({ ssrc: 1, timestamp: n * 160 }, loud, 'PCMU', n * 20);
    for (let n = 0; n < 50; n++) {
      put(n);
      pull();
    }
    buffer.comfort({ ssrc: 1, timestamp: 50 * 160 }, Uint8Array.of(45));
    for (let n = 50; n < 150; n++) pull();
    for (let n = 150; n < 200; n++) {
      put(n);
      pull();
    }
    expect(levels.slice(10, 48)).toEqual(Array(38).fill('voice'));
    expect(levels.slice(56, 149)).toEqual(Array(93).fill('noise'));
    expect(levels.slice(156)).toEqual(Array(44).fill('voice'));
    expect(levels.slice(150, 156)).not.toContain('-');
  });

  it('a packet of it that comes late, or of another source, changes nothing', () => {
    const buffer = new JitterBuffer();
    for (let n = 0; n < 10; n++) {
      buffer.put({ ssrc: 1, timestamp: n * 160 }, loud, 'PCMU', n * 20);
      buffer.pull(out);
    }
    buffer.comfort({ ssrc: 1, timestamp: 3 * 160 }, Uint8Array.of(30));
    buffer.comfort({ ssrc: 2, timestamp: 20 * 160 }, Uint8Array.of(30));
    for (let n = 0; n < 60; n++) buffer.pull(out);
    expect(energy(out)).toBe(0);
    expect(buffer.active).toBe(false);
  });
});
