/**
 * Keys heard as tones (ITU-T Q.23, Q.24), by blocks of 12.75 ms. A key counts from the second block in a row
 * that shows it, so that 40 ms are always enough and 20 ms never, and again only after two blocks without it.
 *
 * Speech is told from keys by what Q.24 asks for: both groups strong, one frequency of each, not too unlike in level, hardly anything
 * else in the block, and no second harmonic, which a voice has and a keypad has not.
 *
 * So short a block lets a tone be seen all over the band, at a tenth of its amplitude even 250 Hz beside it: beside a weak tone of the other
 * group that is much. The stronger tone is therefore taken out, at the frequency it really has, before the weaker one is looked for.
 * Whether a tone is the keypad's own, to the few hertz that Q.24 asks for, is seen by how far it has turned from one block to the next.
 */
import type { Digit } from '../../session/ids.ts';
import { DTMF_COLUMNS, DTMF_ROWS, digitAt } from './dtmf.ts';

const BLOCK = 102;
/** Amplitude of one tone under which nothing counts: about −36 dBm0. */
const FLOOR = 180 ** 2;
/** The weaker column may be 8 dB, the weaker row 4 dB under the other; a little is added for what coding and noise do. */
const TWIST_NORMAL = 10 ** (9 / 10);
const TWIST_REVERSE = 10 ** (5 / 10);
/** How far a tone stands over the others of its group, 7 dB. */
const PEAK = 10 ** (7 / 10);
/** Share of the block's power that must lie in the two tones, each where it really is: of noise that leaves room for 15 dB under them. */
const PURITY = 0.88;
/** A second harmonic that is stronger than this share of its tone is a voice. */
const HARMONIC = 0.12;
/** Where a tone is looked for about its frequency. A keypad may be 1.5 % off (Q.24). */
const OFFSETS = [0.985, 0.99, 0.995, 1, 1.005, 1.01, 1.015];
/** Q.24 leaves open what is from 1.5 to 3.5 % off; what is further off is no key. */
const MOST_OFF = 0.025;

const FREQUENCIES = [...DTMF_ROWS, ...DTMF_COLUMNS];
const COEFFICIENTS = FREQUENCIES.map(coefficient);
const OCTAVES = FREQUENCIES.map((frequency) => coefficient(frequency * 2));
/** Of each tone, at each offset: two waves of length 1 and at right angles, of which every phase of it can be made. */
const WAVES = FREQUENCIES.map((frequency) => OFFSETS.map((off) => waves(frequency * off)));
/**
 * Share of a column's power that the filter of a row's harmonic may see, by row and column: a block tells frequencies apart that are
 * 78 Hz apart, and 1394 Hz lies beside 1336, 1540 beside 1477. A keypad that is off brings them nearer.
 */
const LEAK = Float64Array.from({ length: 16 }, (_, key) => {
  const harmonic = (DTMF_ROWS[key >> 2] ?? 0) * 2;
  const column = DTMF_COLUMNS[key & 3] ?? 0;
  return Math.max(...[0.98, 0.99, 1, 1.01, 1.02].map((off) => seen(harmonic - column * off)));
});

/** Share of the power of a tone so many hertz beside it that a filter sees in a block. */
function seen(apart: number): number {
  const angle = (Math.PI * apart) / 8000;
  return angle === 0 ? 1 : (Math.sin(angle * BLOCK) / (BLOCK * Math.sin(angle))) ** 2;
}

function coefficient(frequency: number): number {
  return 2 * Math.cos((2 * Math.PI * frequency) / 8000);
}

function waves(frequency: number): readonly [Float64Array, Float64Array] {
  // About the middle of the block, sine and cosine are at right angles without further ado.
  const wave = (of: (angle: number) => number): Float64Array => {
    const all = Float64Array.from({ length: BLOCK }, (_, i) =>
      of((2 * Math.PI * frequency * (i - (BLOCK - 1) / 2)) / 8000),
    );
    const length = Math.sqrt(product(all, all));
    return all.map((value) => value / length);
  };
  return [wave(Math.sin), wave(Math.cos)];
}

function product(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += (one[i] ?? 0) * (other[i] ?? 0);
  return sum;
}

/** Square of the amplitude that a Goertzel filter sees in a block. */
function seenBy(filter: number, block: Float64Array): number {
  let [last, before] = [0, 0];
  for (let i = 0; i < BLOCK; i++) {
    const next = (block[i] ?? 0) + filter * last - before;
    before = last;
    last = next;
  }
  return (4 * (last * last + before * before - filter * last * before)) / (BLOCK * BLOCK);
}

/** The tone of the four from `from` on that stands out; undefined if none does. */
function outstanding(block: Float64Array, from: number): number | undefined {
  const powers = COEFFICIENTS.slice(from, from + 4).map((filter) => seenBy(filter, block));
  const most = Math.max(...powers);
  return powers.filter((power) => power * PEAK > most).length === 1 ? from + powers.indexOf(most) : undefined;
}

interface Tone {
  /** Which of the eight. */
  readonly index: number;
  /** Square of its amplitude. */
  readonly power: number;
  /** In the middle of the block, radians. */
  readonly phase: number;
}

/** Takes a tone out of the block, at the frequency at which most goes. */
function takeOut(block: Float64Array, index: number): Tone {
  let most = 0;
  let best: { wave: Float64Array; share: number }[] = [];
  for (const pair of WAVES[index] ?? []) {
    const parts = pair.map((wave) => ({ wave, share: product(wave, block) }));
    const power = parts.reduce((sum, { share }) => sum + share * share, 0);
    if (power > most) [most, best] = [power, parts];
  }
  for (const { wave, share } of best)
    for (let i = 0; i < BLOCK; i++) block[i] = (block[i] ?? 0) - share * (wave[i] ?? 0);
  const [sine, cosine] = best;
  return { index, power: (2 * most) / BLOCK, phase: Math.atan2(cosine?.share ?? 0, sine?.share ?? 0) };
}

/** A key that a block shows. */
interface Shown {
  readonly digit: Digit;
  readonly tones: readonly Tone[];
}

/** Whether each tone has turned, in the block between, as far as its frequency has it. */
function turned(before: Shown, now: Shown): boolean {
  return now.tones.every(({ index, phase }) => {
    const frequency = FREQUENCIES[index] ?? 0;
    const from = before.tones.find((tone) => tone.index === index)?.phase ?? 0;
    const turns = (phase - from) / (2 * Math.PI) - (frequency * BLOCK) / 8000;
    const off = ((turns - Math.round(turns)) * 8000) / BLOCK;
    return Math.abs(off) < frequency * MOST_OFF;
  });
}

export class DtmfDetector {
  readonly #heard = new Float64Array(BLOCK);
  readonly #rest = new Float64Array(BLOCK);
  #filled = 0;
  #candidate: Shown | undefined;
  /** Something is missing between the candidate and what comes. */
  #apart = false;
  #pressed: Digit | undefined;
  #misses = 0;

  /** Hears samples at 8 kHz; calls back at the start of each key. */
  hear(samples: Int16Array, pressed: (digit: Digit) => void): void {
    for (let i = 0; i < samples.length; i++) {
      this.#heard[this.#filled++] = samples[i] ?? 0;
      if (this.#filled === BLOCK) this.#block(pressed);
    }
  }

  /** Samples are missing here: what was begun is left, and a key that was there before may go on behind it. */
  gap(): void {
    this.#filled = 0;
    this.#apart = true;
  }

  #block(pressed: (digit: Digit) => void): void {
    const shown = this.#decide();
    const digit = shown?.digit;
    this.#filled = 0;
    if (digit !== undefined && digit === this.#pressed) {
      this.#misses = 0;
    } else if (shown !== undefined && this.#confirms(shown)) {
      this.#pressed = shown.digit;
      this.#misses = 0;
      pressed(shown.digit);
    } else if (this.#pressed !== undefined && ++this.#misses === 2) {
      this.#pressed = undefined;
    }
    this.#candidate = shown;
    this.#apart = false;
  }

  #confirms(shown: Shown): boolean {
    const before = this.#candidate;
    return before?.digit === shown.digit && (this.#apart || turned(before, shown));
  }

  #decide(): Shown | undefined {
    const heard = this.#heard;
    const energy = product(heard, heard);
    // A sine of amplitude A has mean square A²/2.
    if (energy < FLOOR * BLOCK * PURITY) return undefined;
    const rest = this.#rest;
    rest.set(heard);
    const rowFirst = strongest(heard, 0) > strongest(heard, 4);
    const first = outstanding(rest, rowFirst ? 0 : 4);
    if (first === undefined) return undefined;
    const more = takeOut(rest, first);
    const second = outstanding(rest, rowFirst ? 4 : 0);
    if (second === undefined) return undefined;
    const less = takeOut(rest, second);
    if (more.power < FLOOR || less.power < FLOOR) return undefined;
    if ((more.power + less.power) / 2 < (PURITY * energy) / BLOCK) return undefined;
    const [{ index: row, power: low }, { index: column, power: high }] = rowFirst ? [more, less] : [less, more];
    if (high > low * TWIST_REVERSE || low > high * TWIST_NORMAL) return undefined;
    const ofColumn = high * (LEAK[row * 4 + column - 4] ?? 0);
    if (seenBy(OCTAVES[row] ?? 0, heard) > low * HARMONIC + ofColumn) return undefined;
    if (seenBy(OCTAVES[column] ?? 0, heard) > high * HARMONIC) return undefined;
    return { digit: digitAt(row, column - 4), tones: [more, less] };
  }
}

function strongest(block: Float64Array, from: number): number {
  let most = 0;
  for (let k = from; k < from + 4; k++) most = Math.max(most, seenBy(COEFFICIENTS[k] ?? 0, block));
  return most;
}
