import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { tonesOfDigit } from './dtmf.ts';
import { DtmfDetector } from './dtmf-detector.ts';
import { encodeG711, PCMU } from './g711.ts';
import { mixInto } from './mix.ts';
import { resample, toInt16 } from './resample.ts';
import { tone } from './tone.ts';
import { readWav } from './wav.ts';

const espeak = spawnSync('espeak-ng', ['--version']).status === 0;

function heard(parts: readonly Int16Array[]): string {
  const detector = new DtmfDetector();
  let keys = '';
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 160) detector.hear(part.subarray(at, at + 160), (key) => (keys += key));
  }
  return keys;
}

const silence = (milliseconds: number): Int16Array => new Int16Array(milliseconds * 8);
const key = (digit: string, milliseconds: number, level = 0.2): Int16Array =>
  tone(tonesOfDigit(digit), milliseconds, { level });

const offsets = [0.985, 1, 1.015].flatMap((low) => [0.985, 1, 1.015].map((high) => [low, high] as const));

function throughG711(samples: Int16Array): Int16Array {
  const octets = new Uint8Array(samples.length);
  encodeG711(PCMU, samples, octets);
  return Int16Array.from(octets, (octet) => PCMU.decode[octet] ?? 0);
}

/** Linear congruential noise, so that the test is the same each time. */
function noise(milliseconds: number, level: number): Int16Array {
  let seed = 12345;
  return Int16Array.from({ length: milliseconds * 8 }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed / 2 ** 32 - 0.5) * 2 * level * 32767;
  });
}

const pairs = (milliseconds: number): Int16Array[] =>
  [...'0123456789*#ABCD'].flatMap((digit) => [key(digit, milliseconds), silence(50)]);

describe('in-band DTMF', () => {
  it.each([
    ['all keys of 40 ms', pairs(40), '0123456789*#ABCD'],
    ['all keys of 70 ms', pairs(70), '0123456789*#ABCD'],
    ['a long key once', [key('5', 3000)], '5'],
    ['one key twice', [key('5', 60), silence(50), key('5', 60)], '55'],
    ['keys without a pause', [key('1', 60), key('2', 60)], '12'],
    ['a quiet key, −30 dBm0', [key('9', 80, 0.02)], '9'],
    ['a loud key', [key('9', 80, 0.49)], '9'],
    ['20 ms are too short', [silence(30), key('5', 20), silence(50)], ''],
    ['one tone alone', [tone([697], 500, { level: 0.4 })], ''],
    ['the dial tone', [tone([350, 440], 1000, { level: 0.2 })], ''],
    ['two rows', [tone([697, 852], 300, { level: 0.2 })], ''],
    ['noise', [noise(5000, 0.5)], ''],
    ['silence', [silence(1000)], ''],
  ])('%s', (_, parts, keys) => {
    expect(heard(parts)).toBe(keys);
  });

  it.each([
    ['rows 7 dB stronger', 0.4, 0.18, '8'],
    ['columns 3.5 dB stronger', 0.2, 0.3, '8'],
    ['rows 13 dB stronger', 0.4, 0.09, ''],
    ['columns 9 dB stronger', 0.1, 0.28, ''],
  ])('twist: %s', (_, low, high, keys) => {
    const samples = tone([852], 80, { level: low });
    mixInto(samples, tone([1336], 80, { level: high }));
    expect(heard([samples])).toBe(keys);
  });

  // Where a key begins within a block decides what its harmonics' filters see of the other tone: 1394 Hz lies beside 1336.
  it.each([-6, -3, 0, 1, 2, 3.5])('columns stronger by %f dB: each key, twice, wherever it begins', (twist) => {
    for (const digit of '0123456789*#ABCD') {
      const [low, high] = tonesOfDigit(digit);
      const sound = tone([low], 60, { level: 0.2 });
      mixInto(sound, tone([high], 60, { level: 0.2 * 10 ** (twist / 20) }));
      const coded = throughG711(sound);
      for (let lead = 0; lead < 102; lead += 3) {
        const parts = [new Int16Array(lead), coded, silence(60), coded, silence(60)];
        expect(heard(parts), `${digit} after ${lead} samples`).toBe(digit + digit);
      }
    }
  });

  // What Q.24 lets a keypad do, in every corner at once: each frequency off for itself, and where in a block a key begins.
  it.each(
    [4, 3, 2, 1, 0, -1, -2, -3, -4, -5, -6, -7, -8].flatMap((twist) => [40, 50, 100].map((length) => [twist, length])),
  )('columns stronger by %i dB, keys of %i ms, frequencies off as far as allowed: each key once', (twist, length) => {
    const wrong: string[] = [];
    for (const digit of '0123456789*#ABCD') {
      const [low, high] = tonesOfDigit(digit);
      for (const [lowOff, highOff] of offsets) {
        const sound = tone([low * lowOff], length, { level: 0.2 });
        mixInto(sound, tone([high * highOff], length, { level: 0.2 * 10 ** (twist / 20) }));
        const coded = throughG711(sound);
        for (let lead = 0; lead < 102; lead += 17) {
          const keys = heard([new Int16Array(lead), coded, silence(60)]);
          if (keys !== digit) wrong.push(`${digit} × ${lowOff}, ${highOff} after ${lead}: ${JSON.stringify(keys)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  // Nine tenths of the power lie in the two tones even so.
  it('is not talked off by two notes of which one has an octave, at −7 dB', () => {
    for (const digit of '0123456789*#ABCD') {
      const [low, high] = tonesOfDigit(digit);
      const sound = tone([low, high], 300, { level: 0.2 });
      expect(heard([sound, silence(60)])).toBe(digit);
      mixInto(sound, tone([high * 2], 300, { level: 0.09 }));
      expect(heard([sound, silence(60)]), digit).toBe('');
    }
  });

  it.each([1.5, -1.5])('accepts frequencies off by %f %%', (off) => {
    const factor = 1 + off / 100;
    expect(
      heard(
        [...'0123456789*#ABCD'].flatMap((digit) => [
          tone(
            tonesOfDigit(digit).map((f) => f * factor),
            80,
            { level: 0.2 },
          ),
          silence(50),
        ]),
      ),
    ).toBe('0123456789*#ABCD');
  });

  // Q.24: a tone that is off by more than 3.5 % is none of a keypad.
  it.each([
    [1.035, 1],
    [0.965, 1],
    [1, 1.035],
    [1, 0.965],
    [1.05, 1.05],
  ])('takes nothing for a key whose row is at %f and its column at %f of where they belong', (low, high) => {
    for (const digit of '0123456789*#ABCD') {
      const [row, column] = tonesOfDigit(digit);
      for (const start of [0, 3, 6, 9]) {
        const off = tone([row * low, column * high], 300, { level: 0.2, phase: start });
        expect(heard([silence(start), off, silence(50)]), digit).toBe('');
      }
    }
  });

  it('goes on to hear a key in which packets are lost', () => {
    const detector = new DtmfDetector();
    const pressed: string[] = [];
    const sound = key('*', 60);
    const packets = [0, 160, 320].map((at) => sound.subarray(at, at + 160));
    // The one in the middle is missing: what is left of the key does not go together.
    for (const [index, packet] of packets.entries()) {
      if (index === 1) detector.gap();
      else detector.hear(packet, (digit) => pressed.push(digit));
    }
    expect(pressed).toEqual(['*']);
  });

  it('hears keys through noise at 20 dB, and through G.711', () => {
    const parts = pairs(60).map((part) => {
      const noisy = part.slice();
      mixInto(noisy, noise(part.length / 8, 0.03));
      return throughG711(noisy);
    });
    expect(heard(parts)).toBe('0123456789*#ABCD');
  });

  // Speech that nobody here made up for the purpose.
  it.skipIf(!espeak).each(['en-us', 'en-gb+f3', 'de', 'fr+m5', 'cmn', 'ru'])(
    'is not talked off by speech: %s (skipped: espeak-ng is not installed)',
    (voice) => {
      const text = 'one two three four five six seven eight nine zero, star, hash. '.repeat(4);
      const { stdout } = spawnSync('espeak-ng', ['--stdout', '-v', voice, text], { maxBuffer: 1 << 26 });
      const { samples, sampleRate } = readWav(stdout);
      const speech = toInt16(resample(samples, sampleRate, 8000));
      expect(speech.length).toBeGreaterThan(8 * 8000);
      expect(heard([speech])).toBe('');
    },
  );

  it('is not talked off by harmonics that sweep like a voice', () => {
    const voice = new Int16Array(8 * 20_000);
    let phase = 0;
    for (let i = 0; i < voice.length; i++) {
      // The pitch wanders between 90 and 290 Hz, with twelve harmonics that fall off like a vowel's.
      phase += (2 * Math.PI * (190 + 100 * Math.sin((2 * Math.PI * i) / 9000))) / 8000;
      let sum = 0;
      for (let n = 1; n <= 12; n++) sum += Math.sin(n * phase) / n ** 0.7;
      voice[i] = sum * 5000;
    }
    expect(heard([voice])).toBe('');
  });
});
