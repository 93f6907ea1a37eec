import { describe, expect, it } from 'vitest';
import { Resampler, resample } from './resample.ts';
import { energy, tone } from './tone.ts';

describe('resampling piece by piece', () => {
  it.each([
    [8000, 48_000],
    [44_100, 8000],
    [48_000, 8000],
    [22_050, 8000],
    [44_099, 8000],
  ])('%i to %i Hz gives the outputs of the whole, whatever the pieces', (from, to) => {
    const input = Float32Array.from(tone([900], 200, { sampleRate: from }));
    const whole = resample(input, from, to);
    for (const piece of [1, 77, 4096]) {
      const resampler = new Resampler(from, to);
      const parts: number[] = [];
      for (let at = 0; at < input.length; at += piece) parts.push(...resampler.push(input.subarray(at, at + piece)));
      parts.push(...resampler.end());
      expect(Float32Array.from(parts)).toEqual(whole);
    }
  });

  it('leaves out the beginning and adds silence as wanted', () => {
    const input = Float32Array.from(tone([900], 100));
    const whole = resample(input, 8000, 48_000);
    const resampler = new Resampler(8000, 48_000, 1105);
    const parts = [...resampler.push(input), ...resampler.end(6000)];
    expect(Float32Array.from(parts).subarray(0, 4800 - 1105)).toEqual(whole.subarray(1105));
    expect(parts).toHaveLength(6000 - 1105);
    expect(energy(parts.slice(-900))).toBe(0);
  });
});

describe('a tone', () => {
  it.each([
    [22_050, 8000],
    [22_255, 8000],
    [44_099, 8000],
    [7999, 8000],
    [11_024, 48_000],
  ])('is all that comes of a tone at %i Hz: what else there is lies 75 dB below it', (from, to) => {
    const input = Float32Array.from(tone([1000], 1000, { sampleRate: from, level: 0.9 }));
    const output = resample(input, from, to);
    const middle = output.subarray(0.2 * to, 0.8 * to);
    expect(10 * Math.log10(besides(middle, 1000, to) / energy(middle))).toBeLessThan(-75);
  });
});

/** Mean energy of what is not the tone of this frequency. */
function besides(samples: Float32Array, frequency: number, rate: number): number {
  let sum = 0;
  let other = 0;
  for (const [i, sample] of samples.entries()) {
    sum += sample * Math.sin((2 * Math.PI * frequency * i) / rate);
    other += sample * Math.cos((2 * Math.PI * frequency * i) / rate);
  }
  return energy(samples) - (2 * (sum ** 2 + other ** 2)) / samples.length ** 2;
}

describe('aliases', () => {
  // Whatever lies above the passband of telephony would fold back into it; 40 dB down is asked for, 60 dB is what there is.
  const frequencies = [4300, 4700, 5200, 6100, 7300, 7900, 8100, 9500, 11_000];
  it.each([
    [16_000, 7900],
    [22_050, 11_000],
    [24_000, 11_000],
    [32_000, 11_000],
    [44_100, 11_000],
    [48_000, 11_000],
    [96_000, 11_000],
  ])('of %i Hz are 60 dB down', (rate, most) => {
    for (const frequency of frequencies.filter((each) => each <= most)) {
      const input = Float32Array.from(tone([frequency], 300, { sampleRate: rate, level: 0.9 }));
      const output = resample(input, rate, 8000).subarray(300, 2100);
      expect(10 * Math.log10(energy(output) / energy(input)), `${frequency} Hz`).toBeLessThan(-60);
    }
  });

  it.each([8000, 11_025, 16_000])('from %i Hz upwards: no image of a tone is above −60 dB', (rate) => {
    const input = Float32Array.from(tone([1000], 300, { sampleRate: rate, level: 0.9 }));
    const output = resample(input, rate, 48_000).subarray(2400, 12_000);
    expect(10 * Math.log10(besides(output, 1000, 48_000) / energy(output))).toBeLessThan(-60);
  });
});
