/**
 * Keys heard as tones (ITU-T Q.23, Q.24): Goertzel over blocks of 12.75 ms. A key counts from the second block in a row
 * that shows it, so that 40 ms are always enough and 20 ms never, and again only after two blocks without it.
 *
 * Speech is told from keys by what Q.24 asks for: both groups strong, one frequency of each, not too unlike in level, hardly anything
 * else in the block, and no second harmonic, which a voice has and a keypad has not.
 */
import type { Digit } from '../../session/ids.ts';
import { DTMF_COLUMNS, DTMF_ROWS, digitAt } from './dtmf.ts';

const BLOCK = 102;
/** Amplitude of one tone under which nothing counts: about −36 dBm0. */
const FLOOR = 180 ** 2;
/** The weaker column may be 8 dB, the weaker row 4 dB under the other; a little is added for the edges of a block. */
const TWIST_NORMAL = 10 ** (9 / 10);
const TWIST_REVERSE = 10 ** (5 / 10);
/** How far a tone stands over the others of its group, 7 dB. */
const PEAK = 10 ** (7 / 10);
/** Share of the block's power that must lie in the two tones. */
const PURITY = 0.72;
/** A second harmonic that is stronger than this share of its tone is a voice. */
const HARMONIC = 0.12;

const FREQUENCIES = [...DTMF_ROWS, ...DTMF_COLUMNS];
const BANK = [...FREQUENCIES, ...FREQUENCIES.map((frequency) => frequency * 2)];
const COEFFICIENTS = Float64Array.from(BANK, (frequency) => 2 * Math.cos((2 * Math.PI * frequency) / 8000));
/**
 * Share of a column's power that the filter of a row's harmonic may see, by row and column: a block tells frequencies apart that are
 * 78 Hz apart, and 1394 Hz lies beside 1336, 1540 beside 1477. A keypad may be 1.5 % off (Q.24), which brings them nearer.
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

export class DtmfDetector {
  readonly #last = new Float64Array(BANK.length);
  readonly #before = new Float64Array(BANK.length);
  readonly #power = new Float64Array(BANK.length);
  #filled = 0;
  #energy = 0;
  #candidate: Digit | undefined;
  #pressed: Digit | undefined;
  #misses = 0;

  /** Hears samples at 8 kHz; calls back at the start of each key. */
  hear(samples: Int16Array, pressed: (digit: Digit) => void): void {
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i] ?? 0;
      this.#energy += sample * sample;
      // The harmonics are looked at only when the tones are there, but a block is heard only once.
      for (let k = 0; k < COEFFICIENTS.length; k++) {
        const next = sample + (COEFFICIENTS[k] ?? 0) * (this.#last[k] ?? 0) - (this.#before[k] ?? 0);
        this.#before[k] = this.#last[k] ?? 0;
        this.#last[k] = next;
      }
      if (++this.#filled === BLOCK) this.#block(pressed);
    }
  }

  /** Samples are missing here: what was begun is left, and a key that was there before may go on behind it. */
  gap(): void {
    this.#begin();
  }

  #begin(): void {
    this.#filled = 0;
    this.#energy = 0;
    this.#last.fill(0);
    this.#before.fill(0);
  }

  #block(pressed: (digit: Digit) => void): void {
    const digit = this.#decide();
    this.#begin();
    if (digit !== undefined && digit === this.#pressed) {
      this.#misses = 0;
    } else if (digit !== undefined && digit === this.#candidate) {
      this.#pressed = digit;
      this.#misses = 0;
      pressed(digit);
    } else if (this.#pressed !== undefined && ++this.#misses === 2) {
      this.#pressed = undefined;
    }
    this.#candidate = digit;
  }

  #decide(): Digit | undefined {
    const power = this.#power;
    for (let k = 0; k < BANK.length; k++) {
      const last = this.#last[k] ?? 0;
      const before = this.#before[k] ?? 0;
      power[k] = (4 * (last * last + before * before - (COEFFICIENTS[k] ?? 0) * last * before)) / (BLOCK * BLOCK);
    }
    const row = strongest(power, 0);
    const column = strongest(power, 4);
    const low = power[row] ?? 0;
    const high = power[column] ?? 0;
    if (low < FLOOR || high < FLOOR) return undefined;
    if (high > low * TWIST_REVERSE || low > high * TWIST_NORMAL) return undefined;
    for (let k = 0; k < 8; k++) {
      if (k !== row && k !== column && (power[k] ?? 0) * PEAK > (k < 4 ? low : high)) return undefined;
    }
    const ofColumn = high * (LEAK[row * 4 + column - 4] ?? 0);
    if ((power[row + 8] ?? 0) > low * HARMONIC + ofColumn || (power[column + 8] ?? 0) > high * HARMONIC)
      return undefined;
    // A sine of amplitude A has mean square A²/2.
    if ((low + high) / 2 < (PURITY * this.#energy) / BLOCK) return undefined;
    return digitAt(row, column - 4);
  }
}

function strongest(power: Float64Array, from: number): number {
  let best = from;
  for (let k = from + 1; k < from + 4; k++) if ((power[k] ?? 0) > (power[best] ?? 0)) best = k;
  return best;
}
