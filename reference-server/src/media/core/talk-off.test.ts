/** Minutes of what is no key: a detector of keys in the voice must keep silent through all of it (talk-off). */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { DtmfDetector } from './dtmf-detector.ts';
import { resample, toInt16 } from './resample.ts';
import { readWav } from './wav.ts';

const espeak = spawnSync('espeak-ng', ['--version']).status === 0;
const RATE = 8000;

/** Keys found, each with its second. */
function keysIn(samples: Int16Array, gain = 1): string[] {
  const detector = new DtmfDetector();
  const keys: string[] = [];
  for (let at = 0; at < samples.length; at += 160) {
    const part = samples.subarray(at, at + 160).map((sample) => sample * gain);
    detector.hear(part, (key) => keys.push(`${key} at ${(at / RATE).toFixed(2)} s`));
  }
  return keys;
}

/** Numbers from 0 to 1 that look random and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

// Numbers and names, in which pure vowels are long, and what callers say to a machine.
const text = `
  One, two, three, four, five, six, seven, eight, nine, zero, star, hash. My number is five five five, two three one seven.
  Hello? Yes, I would like to speak to somebody about my bill. No, not that one, the other one. Ooh, aah, hmm, well.
  We were away a year ago. You owe me a loan, Leo. Whoa, Naomi, allow me a moment. Lila will mail you all her roses.
  The zoo in Oulu is new; its mules moo. Tea, fee, key, me. Two, shoe, blue, who. Halloo, halloo, is anybody there?
`.repeat(3);

describe('talk-off', () => {
  const voices = ['en-us', 'en-us+f5', 'en-gb+f3', 'en-gb+m7', 'en+croak', 'en+whisper', 'de', 'de+f2'];
  const more = ['fr+m5', 'es', 'it+f4', 'sv', 'pl', 'ru', 'tr+f2', 'pt+m3', 'hi', 'cmn'];
  it.skipIf(!espeak)(
    'eighteen voices, half an hour and more, loud and soft (skipped: espeak-ng is not installed)',
    () => {
      let seconds = 0;
      for (const [index, voice] of [...voices, ...more].entries()) {
        // From a low pitch to a high one.
        const pitch = String(15 + ((index * 23) % 80));
        const { stdout } = spawnSync('espeak-ng', ['--stdout', '-p', pitch, '-v', voice, text], {
          maxBuffer: 1 << 28,
        });
        const { samples, sampleRate } = readWav(stdout);
        const speech = toInt16(resample(samples, sampleRate, RATE));
        seconds += speech.length / RATE;
        for (const gain of [1, 0.25]) expect(keysIn(speech, gain), voice).toEqual([]);
      }
      expect(seconds).toBeGreaterThan(30 * 60);
    },
    60_000,
  );

  it('five minutes of chords of instruments with overtones', () => {
    const random = numbers(4);
    const samples = new Int16Array(RATE * 300);
    for (let at = 0; at < samples.length; at += RATE / 4) {
      const notes = Array.from({ length: 3 }, () => 110 * 2 ** (Math.floor(random.next().value * 48) / 12));
      for (let i = 0; i < RATE / 4; i++) {
        let sum = 0;
        for (const note of notes) {
          for (let n = 1; n <= 4 && n * note < 3800; n++) sum += Math.sin((2 * Math.PI * note * n * i) / RATE) / n;
        }
        samples[at + i] = Math.round(sum * 4500 * Math.min(1, i / 80));
      }
    }
    expect(keysIn(samples)).toEqual([]);
  });

  it.each([
    ['one voice', 1, 8],
    ['three instruments', 3, 3],
  ])('four minutes of %s, with overtones, at another pitch eight times a second', (_, notes, overtones) => {
    const random = numbers(3);
    const samples = new Int16Array(RATE * 240);
    for (let at = 0; at < samples.length; at += RATE / 8) {
      for (let note = 0; note < notes; note++) {
        const pitch = 100 * 2 ** (random.next().value * 4.2);
        const phase = random.next().value * 2 * Math.PI;
        const level = ((0.2 + random.next().value) * 5000) / notes;
        for (let n = 1; n <= overtones && n * pitch < 3800; n++) {
          for (let i = 0; i < RATE / 8; i++) {
            const wave = Math.sin((2 * Math.PI * pitch * n * i) / RATE + phase * n);
            samples[at + i] = (samples[at + i] ?? 0) + (level * wave) / n;
          }
        }
      }
    }
    expect(keysIn(samples)).toEqual([]);
  });

  it.each([
    ['in a second', 1],
    ['in ten seconds', 10],
    ['in a minute', 60],
  ])('one sine that goes through the whole band %s', (_, seconds) => {
    const samples = new Int16Array(RATE * seconds);
    let phase = 0;
    for (let i = 0; i < samples.length; i++) {
      phase += (2 * Math.PI * (200 + (3300 * i) / samples.length)) / RATE;
      samples[i] = Math.round(12_000 * Math.sin(phase));
    }
    expect(keysIn(samples)).toEqual([]);
  });

  it('noises, white and of a crowd, for two minutes', () => {
    const random = numbers(9);
    let [low, high] = [0, 0];
    const samples = Int16Array.from({ length: RATE * 120 }, (_, i) => {
      const white = random.next().value - 0.5;
      low += (white - low) * 0.3;
      high += (low - high) * 0.05;
      return i < RATE * 60 ? white * 40_000 : (low - high) * 60_000;
    });
    expect(keysIn(samples)).toEqual([]);
  });
});
