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
    const all = energy(output);
    let sum = 0;
    let other = 0;
    for (const [i, sample] of output.entries()) {
      sum += sample * Math.sin((2 * Math.PI * 1000 * i) / 48_000);
      other += sample * Math.cos((2 * Math.PI * 1000 * i) / 48_000);
    }
    const own = (2 * (sum ** 2 + other ** 2)) / output.length ** 2;
    expect(10 * Math.log10((all - own) / all)).toBeLessThan(-60);
  });
});
