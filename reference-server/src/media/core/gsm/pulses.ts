/** Regular pulse excitation of GSM 06.10: forty samples of residual become thirteen pulses on one of four grids. */
import { abs, add, mult, multR, saturate, sub } from './arithmetic.ts';
import { INVERSE_MANTISSA, MANTISSA, WEIGHTS } from './tables.ts';

export interface Pulses {
  grid: number;
  /** Code of the largest pulse. */
  maximum: number;
  readonly codes: Int16Array;
}

const weighted = new Int16Array(40);
const chosen = new Int16Array(13);

/** Exponent and mantissa of a coded maximum (5.2.15). */
function exponentOf(code: number): { readonly exponent: number; readonly mantissa: number } {
  let exponent = code > 15 ? (code >> 3) - 1 : 0;
  let mantissa = code - (exponent << 3);
  if (mantissa === 0) return { exponent: -4, mantissa: 7 };
  while (mantissa <= 7) {
    mantissa = (mantissa << 1) | 1;
    exponent--;
  }
  return { exponent, mantissa: mantissa - 8 };
}

/** Weighting (5.2.13), choice of the grid (5.2.14) and quantisation (5.2.15) of the residual at `at`. */
export function findPulses(residual: Int16Array, at: number, out: Pulses): void {
  for (let k = 0; k < 40; k++) {
    let sum = 4096;
    for (let i = 0; i < 11; i++) {
      const from = k + 5 - i;
      if (from >= 0 && from < 40) sum += (residual[at + from] ?? 0) * (WEIGHTS[i] ?? 0);
    }
    weighted[k] = saturate(sum >> 13);
  }
  let best = -1;
  for (let grid = 0; grid < 4; grid++) {
    let power = 0;
    for (let i = 0; i < 13; i++) {
      const part = (weighted[grid + 3 * i] ?? 0) >> 2;
      power += part * part;
    }
    if (power > best) {
      best = power;
      out.grid = grid;
    }
  }
  let largest = 0;
  for (let i = 0; i < 13; i++) {
    chosen[i] = weighted[out.grid + 3 * i] ?? 0;
    largest = Math.max(largest, abs(chosen[i] ?? 0));
  }
  out.maximum = codeMaximum(largest);
  const { exponent, mantissa } = exponentOf(out.maximum);
  const inverse = INVERSE_MANTISSA[mantissa] ?? 0;
  for (let i = 0; i < 13; i++) {
    const scaled = (((chosen[i] ?? 0) << (6 - exponent)) << 16) >> 16;
    out.codes[i] = (mult(scaled, inverse) >> 12) + 4;
  }
}

/** Logarithmic code of the largest pulse. */
function codeMaximum(largest: number): number {
  let exponent = 0;
  for (let rest = largest >> 9; rest > 0 && exponent < 6; rest >>= 1) exponent++;
  return add(largest >> (exponent + 5), exponent << 3);
}

/** The forty samples that pulses stand for (5.2.16, 5.2.17), written at 0. */
export function fromPulses({ grid, maximum, codes }: Pulses, out: Int16Array): void {
  const { exponent, mantissa } = exponentOf(maximum);
  const factor = MANTISSA[mantissa] ?? 0;
  const shift = sub(6, exponent);
  const rounding = shift === 0 ? 0 : 1 << (shift - 1);
  out.fill(0, 0, 40);
  for (let i = 0; i < 13; i++) {
    const value = (((codes[i] ?? 0) << 1) - 7) << 12;
    out[grid + 3 * i] = add(multR(factor, value), rounding) >> shift;
  }
}
