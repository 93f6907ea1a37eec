/** Keys as a keypad sounds (ITU-T Q.23), and sounds that are none although they hold the same frequencies. */
import { audio } from '../../harness/index.ts';

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];
const pad = ['123A', '456B', '789C', '*0#D'];

export interface KeyTone {
  /** Default 100. */
  readonly durationMs?: number;
  /** Silence behind each key; default 100. */
  readonly pauseMs?: number;
  /** Of the lower tone, dBov; default −13. */
  readonly level?: number;
  /** By how much the higher tone is stronger, dB; default 1. */
  readonly twist?: number;
  /** By how much both frequencies are off, per cent; default 0. */
  readonly off?: number;
}

/** The lower and the higher frequency of a key, Hz. */
export function tonesOfKey(key: string): readonly [number, number] {
  const row = pad.findIndex((line) => line.includes(key));
  return [rows[row] ?? Number.NaN, columns[pad[row]?.indexOf(key) ?? -1] ?? Number.NaN];
}

/** Both tones of each key, and a pause behind it. */
export function keyTones(keys: string, options: KeyTone = {}): Int16Array {
  const { durationMs = 100, pauseMs = 100, level = -13, twist = 1, off = 0 } = options;
  const factor = 1 + off / 100;
  const one = (key: string): Int16Array[] => {
    const [lower, higher] = tonesOfKey(key);
    const low = audio.tone(lower * factor, durationMs, level);
    const high = audio.tone(higher * factor, durationMs, level + twist);
    return [low.map((sample, i) => sample + (high[i] ?? 0)), audio.silence(pauseMs)];
  };
  return audio.concat(...[...keys].flatMap(one));
}

const perSecond = 8000;
const made = (seconds: number, sample: (second: number) => number): Int16Array =>
  Int16Array.from({ length: seconds * perSecond }, (_, i) => Math.round(8000 * sample(i / perSecond)));

/** A vowel whose pitch wanders from 90 to 290 Hz: fourteen harmonics, some of which pass every frequency of a keypad. */
export function voiceLike(seconds: number): Int16Array {
  let phase = 0;
  return made(seconds, (t) => {
    phase += (2 * Math.PI * (190 + 100 * Math.sin(2 * Math.PI * 0.7 * t))) / perSecond;
    let sum = 0;
    for (let n = 1; n <= 14; n++) sum += Math.sin(n * phase) / n;
    return sum / 2;
  });
}

/** Chords of three notes with two overtones each, every half second another one. */
export function musicLike(seconds: number): Int16Array {
  const note = (steps: number): number => 440 * 2 ** (steps / 12);
  const chords = [0, 5, 7, 8, 10, 3, -2, 12].map((root) => [note(root), note(root + 4), note(root + 7)]);
  return made(seconds, (t) => {
    const chord = chords[Math.floor(t * 2) % chords.length] ?? [];
    let sum = 0;
    for (const f of chord) for (const n of [1, 2, 3]) sum += Math.sin(2 * Math.PI * f * n * t) / n;
    return sum / 6;
  });
}

/** One sine that goes through the band of the telephone. */
export const sweep = (seconds: number): Int16Array =>
  made(seconds, (t) => Math.sin(2 * Math.PI * (300 * t + (3100 / seconds / 2) * t * t)));
