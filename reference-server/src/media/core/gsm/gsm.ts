/** GSM full rate, GSM 06.10 (ETSI EN 300 961), in its own fixed-point arithmetic: the same bits as every right implementation. */
import { abs, add, mult, multR, norm, sub } from './arithmetic.ts';
import { FIRST_SUBFRAME, FRAME_SAMPLES, PARAMETERS, packFrame, SUBFRAME, unpackFrame } from './frame.ts';
import { analyse, Preparation } from './linear-prediction.ts';
import { findPulses, fromPulses, type Pulses } from './pulses.ts';
import { AnalysisFilter, SynthesisFilter } from './short-term.ts';
import { GAIN_LIMITS, GAINS } from './tables.ts';

export { FRAME_BYTES, FRAME_SAMPLES } from './frame.ts';

const LONGEST = 120;
const SHORTEST = 40;

function createPulses(): Pulses {
  return { grid: 0, maximum: 0, codes: new Int16Array(13) };
}

export class GsmEncoder {
  readonly #preparation = new Preparation();
  readonly #filter = new AnalysisFilter();
  readonly #samples = new Int16Array(FRAME_SAMPLES);
  readonly #ratios = new Int16Array(8);
  /** The residual as the decoder will have it: the past, then this frame. */
  readonly #residual = new Int16Array(LONGEST + FRAME_SAMPLES);
  readonly #rest = new Int16Array(40);
  readonly #predicted = new Int16Array(40);
  readonly #rebuilt = new Int16Array(40);
  readonly #pulses = createPulses();
  readonly #parameters = new Int16Array(PARAMETERS);

  /** Writes the 33 octets of 160 samples at `at`. */
  encode(samples: Int16Array, out: Uint8Array, at: number): void {
    const parameters = this.#parameters;
    this.#preparation.run(samples, this.#samples);
    analyse(this.#samples, this.#ratios);
    this.#filter.filter(this.#ratios, this.#samples, this.#samples);
    parameters.set(this.#ratios);
    for (let subframe = 0; subframe < 4; subframe++) this.#subframe(subframe);
    this.#residual.copyWithin(0, FRAME_SAMPLES);
    packFrame(parameters, out, at);
  }

  #subframe(index: number): void {
    const from = index * 40;
    const past = LONGEST + from;
    const { lag, gain } = this.#predict(from, past);
    for (let k = 0; k < 40; k++) {
      const predicted = multR(GAINS[gain] ?? 0, this.#residual[past + k - lag] ?? 0);
      this.#predicted[k] = predicted;
      this.#rest[k] = sub(this.#samples[from + k] ?? 0, predicted);
    }
    findPulses(this.#rest, 0, this.#pulses);
    fromPulses(this.#pulses, this.#rebuilt);
    for (let k = 0; k < 40; k++) this.#residual[past + k] = add(this.#rebuilt[k] ?? 0, this.#predicted[k] ?? 0);
    const to = FIRST_SUBFRAME + index * SUBFRAME;
    this.#parameters.set([lag, gain, this.#pulses.grid, this.#pulses.maximum], to);
    this.#parameters.set(this.#pulses.codes, to + 4);
  }

  /** Long-term lag and gain (5.2.11). */
  #predict(from: number, past: number): { readonly lag: number; readonly gain: number } {
    let largest = 0;
    for (let k = 0; k < 40; k++) largest = Math.max(largest, abs(this.#samples[from + k] ?? 0));
    const spare = largest === 0 ? 0 : norm(largest << 16);
    const scale = largest === 0 || spare > 6 ? 0 : 6 - spare;
    let best = 0;
    let lag = SHORTEST;
    for (let candidate = SHORTEST; candidate <= LONGEST; candidate++) {
      let sum = 0;
      for (let k = 0; k < 40; k++) {
        sum += ((this.#samples[from + k] ?? 0) >> scale) * (this.#residual[past + k - candidate] ?? 0);
      }
      if (sum > best) {
        best = sum;
        lag = candidate;
      }
    }
    const product = (best << 1) >> (6 - scale);
    let power = 0;
    for (let k = 0; k < 40; k++) power += ((this.#residual[past + k - lag] ?? 0) >> 3) ** 2;
    return { lag, gain: gainOf(product, power * 2) };
  }
}

function gainOf(product: number, power: number): number {
  if (product <= 0) return 0;
  if (product >= power) return 3;
  const shift = norm(power);
  const r = (product << shift) >> 16;
  const s = (power << shift) >> 16;
  for (let gain = 0; gain < 3; gain++) if (r <= mult(s, GAIN_LIMITS[gain] ?? 0)) return gain;
  return 3;
}

export class GsmDecoder {
  readonly #filter = new SynthesisFilter();
  readonly #parameters = new Int16Array(PARAMETERS);
  readonly #residual = new Int16Array(LONGEST + FRAME_SAMPLES);
  readonly #rebuilt = new Int16Array(40);
  readonly #pulses = createPulses();
  #lag = SHORTEST;
  #last = 0;

  /** Writes 160 samples into `out`. False when it is no GSM frame. */
  decode(bytes: Uint8Array, at: number, out: Int16Array): boolean {
    const parameters = this.#parameters;
    if (!unpackFrame(bytes, at, parameters)) return false;
    for (let subframe = 0; subframe < 4; subframe++) this.#subframe(subframe);
    this.#filter.filter(parameters.subarray(0, 8), this.#residual.subarray(LONGEST), out);
    this.#residual.copyWithin(0, FRAME_SAMPLES);
    // De-emphasis, doubling, and the 13 bits that count (5.3.5–5.3.7).
    for (let k = 0; k < FRAME_SAMPLES; k++) {
      this.#last = add(out[k] ?? 0, multR(this.#last, 28_180));
      out[k] = add(this.#last, this.#last) & 0xfff8;
    }
    return true;
  }

  #subframe(index: number): void {
    const from = FIRST_SUBFRAME + index * SUBFRAME;
    const [lag = 0, gain = 0, grid = 0, maximum = 0] = this.#parameters.subarray(from, from + 4);
    this.#pulses.grid = grid;
    this.#pulses.maximum = maximum;
    this.#pulses.codes.set(this.#parameters.subarray(from + 4, from + SUBFRAME));
    fromPulses(this.#pulses, this.#rebuilt);
    if (lag >= SHORTEST && lag <= LONGEST) this.#lag = lag;
    const past = LONGEST + index * 40;
    for (let k = 0; k < 40; k++) {
      const predicted = multR(GAINS[gain] ?? 0, this.#residual[past + k - this.#lag] ?? 0);
      this.#residual[past + k] = add(this.#rebuilt[k] ?? 0, predicted);
    }
  }
}
