import { expect, it } from 'vitest';
import { speech, speechFile, voices } from './speech.ts';

const level = (samples: Float64Array): number => Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);

it.each(Object.entries(voices))('%s is the same every time, and loud enough to be heard', (_name, voice) => {
  const samples = speech(voice, 3000);
  expect(samples).toEqual(speech(voice, 3000));
  expect(samples).toHaveLength(24_000);
  expect(Math.max(...samples.map(Math.abs))).toBeLessThanOrEqual(0.25);
  expect(level(samples)).toBeGreaterThan(0.02);
});

it('no voice sounds like another', () => {
  const [a, b] = [speech(voices.caller, 3000), speech(voices.callee, 3000)];
  const product = a.reduce((sum, sample, i) => sum + sample * (b[i] ?? 0), 0) / a.length;
  expect(Math.abs(product) / (level(a) * level(b))).toBeLessThan(0.1);
});

it('is a WAV file of 16 bit, 8 kHz, mono', () => {
  const view = new DataView(speechFile(voices.prompt, 100).buffer);
  expect([view.getUint16(22, true), view.getUint32(24, true), view.getUint16(34, true)]).toEqual([1, 8000, 16]);
});
