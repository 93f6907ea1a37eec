/** Short-term prediction of GSM 06.10: the eight reflection coefficients, and the lattice filters both ways. */
import { add, multR, sub } from './arithmetic.ts';
import { LAR_B, LAR_INVERSE_A, LAR_MIN } from './tables.ts';

/** Samples of the frame in which the ratios go over from the last frame's to this one's (5.2.9.1). */
const ZONES = [
  [0, 13],
  [13, 27],
  [27, 40],
  [40, 160],
] as const;

/** Log area ratios from their codes (5.2.8). */
export function decodeRatios(codes: Int16Array, ratios: Int16Array): void {
  for (let i = 0; i < 8; i++) {
    const shifted = add(codes[i] ?? 0, LAR_MIN[i] ?? 0) << 10;
    const value = sub(shifted, (LAR_B[i] ?? 0) << 1);
    const scaled = multR(LAR_INVERSE_A[i] ?? 0, value);
    ratios[i] = add(scaled, scaled);
  }
}

/** The ratios of one zone between those of two frames (5.2.9.1), as reflection coefficients (5.2.9.2). */
function coefficients(zone: number, before: Int16Array, now: Int16Array, out: Int16Array): void {
  for (let i = 0; i < 8; i++) {
    const a = before[i] ?? 0;
    const b = now[i] ?? 0;
    let ratio = b;
    if (zone === 0) ratio = add(add(a >> 2, b >> 2), a >> 1);
    else if (zone === 1) ratio = add(a >> 1, b >> 1);
    else if (zone === 2) ratio = add(add(a >> 2, b >> 2), b >> 1);
    const size = ratio === -32768 ? 32767 : Math.abs(ratio);
    const value = size < 11_059 ? size << 1 : size < 20_070 ? size + 11_059 : add(size >> 2, 26_112);
    out[i] = ratio < 0 ? -value : value;
  }
}

abstract class Lattice {
  readonly #before = new Int16Array(8);
  readonly #now = new Int16Array(8);
  readonly #coefficients = new Int16Array(8);

  /** Filters a frame from `from` to `to`, which may be the same. */
  filter(codes: Int16Array, from: Int16Array, to: Int16Array): void {
    decodeRatios(codes, this.#now);
    for (const [zone, [start, end]] of ZONES.entries()) {
      coefficients(zone, this.#before, this.#now, this.#coefficients);
      this.run(this.#coefficients, from, to, start, end);
    }
    this.#before.set(this.#now);
  }

  protected abstract run(r: Int16Array, from: Int16Array, to: Int16Array, start: number, end: number): void;
}

/** From samples to the short-term residual (5.2.10). */
export class AnalysisFilter extends Lattice {
  readonly #u = new Int16Array(8);

  protected run(r: Int16Array, from: Int16Array, to: Int16Array, start: number, end: number): void {
    for (let k = start; k < end; k++) {
      let direct = from[k] ?? 0;
      let saved = direct;
      for (let i = 0; i < 8; i++) {
        const u = this.#u[i] ?? 0;
        const c = r[i] ?? 0;
        this.#u[i] = saved;
        saved = add(u, multR(c, direct));
        direct = add(direct, multR(c, u));
      }
      to[k] = direct;
    }
  }
}

/** From the short-term residual back to samples (5.3.4). */
export class SynthesisFilter extends Lattice {
  readonly #v = new Int16Array(9);

  protected run(r: Int16Array, from: Int16Array, to: Int16Array, start: number, end: number): void {
    for (let k = start; k < end; k++) {
      let sample = from[k] ?? 0;
      for (let i = 7; i >= 0; i--) {
        const v = this.#v[i] ?? 0;
        const c = r[i] ?? 0;
        sample = sub(sample, multR(c, v));
        this.#v[i + 1] = add(v, multR(c, sample));
      }
      this.#v[0] = sample;
      to[k] = sample;
    }
  }
}
