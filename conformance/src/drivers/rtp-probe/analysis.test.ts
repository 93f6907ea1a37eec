import { describe, expect, it } from 'vitest';
import {
  activeMs,
  activity,
  concat,
  cut,
  isSilent,
  levelAt,
  levelDb,
  silence,
  toDbm0,
  tone,
  toneSegments,
} from './analysis.ts';
import { decode, encode } from './g711.ts';

/** Uniform noise from a linear congruence: the same in every run. */
function noise(durationMs: number, amplitude: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: durationMs * 8 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.round((state / 2 ** 30 - 1) * amplitude);
  });
}
const mix = (a: Int16Array, b: Int16Array): Int16Array => a.map((sample, n) => sample + (b[n] ?? 0));

describe('tones', () => {
  it.each([
    [300, -20],
    [440, -10],
    [697.3, -16],
    [1004, -3.1],
    [1000, -40],
    [2100, -25],
    [3400, -16],
  ])('of %d Hz at %d dBov are found with frequency, level, start and duration', (frequency, level) => {
    const [found, ...more] = toneSegments(concat(silence(123), tone(frequency, 500, level), silence(200)));
    expect(more).toEqual([]);
    expect(Math.abs((found?.frequency ?? 0) - frequency)).toBeLessThan(1);
    expect(Math.abs((found?.levelDb ?? 0) - level)).toBeLessThan(0.3);
    expect(Math.abs((found?.startMs ?? 0) - 123)).toBeLessThanOrEqual(6);
    expect(Math.abs((found?.durationMs ?? 0) - 500)).toBeLessThanOrEqual(8);
  });

  it.each(['PCMU', 'PCMA'] as const)('survive %s', (codec) => {
    const [found] = toneSegments(decode(codec, encode(codec, tone(440, 300, -16))));
    expect(found?.frequency).toBeCloseTo(440, 0);
    expect(found?.levelDb).toBeCloseTo(-16, 0);
  });

  it('that follow each other without a pause are two', () => {
    const found = toneSegments(concat(tone(600, 400), tone(900, 300)));
    expect(found.map((one) => Math.round(one.frequency))).toEqual([600, 900]);
    expect(Math.abs((found[0]?.durationMs ?? 0) - 400)).toBeLessThan(35);
  });

  it('that are interrupted are two', () => {
    expect(toneSegments(concat(tone(600, 200), silence(100), tone(600, 200)))).toHaveLength(2);
  });

  it.each([
    ['silence', silence(500)],
    ['noise', noise(500, 8000)],
    ['two frequencies at once', mix(tone(697, 500, -16), tone(1209, 500, -16))],
    ['a click', concat(silence(100), tone(1000, 10), silence(100))],
    ['nothing', new Int16Array()],
  ])('are not found in %s', (_, pcm) => {
    expect(toneSegments(pcm)).toEqual([]);
  });

  it('are found under a little noise', () => {
    const [found] = toneSegments(mix(tone(440, 500, -16), noise(500, 500)));
    expect(Math.abs((found?.frequency ?? 0) - 440)).toBeLessThan(2);
  });
});

describe('levels', () => {
  it('are relative to a full-scale square wave', () => {
    expect(levelDb(new Int16Array(80).fill(-32_768))).toBeCloseTo(0, 5);
    expect(levelDb(tone(1000, 100, -3.02))).toBeCloseTo(-3.02, 1);
    expect(levelDb(silence(10))).toBe(-Infinity);
    expect(toDbm0(-3.01)).toBeCloseTo(3.17, 2);
  });
  it('of one frequency do not count another', () => {
    const both = mix(tone(697, 400, -16), tone(1209, 400, -22));
    expect(levelAt(both, 697)).toBeCloseTo(-16, 1);
    expect(levelAt(both, 1209)).toBeCloseTo(-22, 1);
    expect(levelAt(both, 941)).toBeLessThan(-60);
  });
});

describe('activity', () => {
  const speech = concat(silence(200), noise(300, 3000), silence(150), noise(250, 3000), silence(500), noise(100, 3000));
  it('joins short pauses', () => {
    expect(activity(speech).map((one) => [one.startMs, one.durationMs])).toEqual([
      [200, 700],
      [1400, 100],
    ]);
  });
  it('can be measured without the pauses', () => {
    expect(activeMs(speech)).toBe(650);
  });
  it.each([
    ['silence', silence(100), true],
    ['the least noise of a codec', new Int16Array(800).fill(8), true],
    ['a tone', tone(440, 50, -50), false],
    ['nothing', new Int16Array(), true],
  ])('tells that %s is silent: %s', (_, pcm, silent) => {
    expect(isSilent(pcm)).toBe(silent);
  });
});

it('cut takes milliseconds', () => {
  expect(cut(concat(silence(10), tone(1000, 10, -10)), 10, 5)).toHaveLength(40);
});
