/** What the encoder does with a frame before it filters it: preparation, and the codes of the log area ratios (5.2.1–5.2.7). */
import { abs, add, div, mult, multR, norm, saturate } from './arithmetic.ts';
import { LAR_A, LAR_B, LAR_MAX, LAR_MIN } from './tables.ts';

const saturate32 = (value: number): number => Math.max(-2147483648, Math.min(2147483647, value));

/** Takes the direct current out and lifts the high frequencies (5.2.1–5.2.3). */
export class Preparation {
  #z1 = 0;
  #z2 = 0;
  #mp = 0;

  run(samples: Int16Array, out: Int16Array): void {
    for (let k = 0; k < 160; k++) {
      const scaled = ((samples[k] ?? 0) >> 3) << 2;
      const step = scaled - this.#z1;
      this.#z1 = scaled;
      const high = this.#z2 >> 15;
      const low = this.#z2 - (high << 15);
      this.#z2 = saturate32(high * 32_735 + step * 32_768 + multR(low, 32_735));
      const rounded = saturate32(this.#z2 + 16_384);
      const emphasis = multR(this.#mp, -28_180);
      this.#mp = rounded >> 15;
      out[k] = add(this.#mp, emphasis);
    }
  }
}

const correlation = new Int32Array(9);
const p = new Int16Array(9);
const k = new Int16Array(9);

/** Codes of the log area ratios. The samples lose the bits that the autocorrelation has no room for (5.2.4). */
export function analyse(samples: Int16Array, codes: Int16Array): void {
  autocorrelate(samples);
  const r = new Int16Array(8);
  reflect(r);
  for (let i = 0; i < 8; i++) codes[i] = quantise(i, ratioOf(r[i] ?? 0));
}

function autocorrelate(samples: Int16Array): void {
  let largest = 0;
  for (let i = 0; i < 160; i++) largest = Math.max(largest, abs(samples[i] ?? 0));
  const scale = largest === 0 ? 0 : 4 - norm(largest << 16);
  if (scale > 0) {
    const factor = 16_384 >> (scale - 1);
    for (let i = 0; i < 160; i++) samples[i] = multR(samples[i] ?? 0, factor);
  }
  for (let lag = 0; lag <= 8; lag++) {
    let sum = 0;
    for (let i = lag; i < 160; i++) sum += (samples[i] ?? 0) * (samples[i - lag] ?? 0);
    correlation[lag] = sum * 2;
  }
  if (scale > 0) for (let i = 0; i < 160; i++) samples[i] = (samples[i] ?? 0) << scale;
}

/** Schur recursion in fixed point (5.2.5). */
function reflect(r: Int16Array): void {
  const power = correlation[0] ?? 0;
  if (power === 0) return;
  const shift = norm(power);
  for (let i = 0; i <= 8; i++) {
    p[i] = ((correlation[i] ?? 0) << shift) >> 16;
    k[i] = p[i] ?? 0;
  }
  for (let n = 0; n < 8; n++) {
    const first = p[1] ?? 0;
    if ((p[0] ?? 0) < abs(first)) return;
    const size = div(abs(first), p[0] ?? 0);
    const coefficient = first > 0 ? -size : size;
    r[n] = coefficient;
    p[0] = add(p[0] ?? 0, multR(first, coefficient));
    for (let m = 1; m < 8 - n; m++) {
      const next = p[m + 1] ?? 0;
      p[m] = add(next, multR(k[m] ?? 0, coefficient));
      k[m] = add(k[m] ?? 0, multR(next, coefficient));
    }
  }
}

/** A piecewise straight line in place of the logarithm (5.2.6). */
function ratioOf(coefficient: number): number {
  const size = abs(coefficient);
  const ratio = size < 22_118 ? size >> 1 : size < 31_130 ? size - 11_059 : (size - 26_112) << 2;
  return coefficient < 0 ? -ratio : ratio;
}

function quantise(index: number, ratio: number): number {
  const least = LAR_MIN[index] ?? 0;
  const value = add(add(mult(LAR_A[index] ?? 0, ratio), LAR_B[index] ?? 0), 256) >> 9;
  return Math.max(least, Math.min(LAR_MAX[index] ?? 0, saturate(value))) - least;
}
