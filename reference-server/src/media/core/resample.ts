/** Sample rate conversion by a windowed sinc in polyphase form: exact rational positions, so that nothing drifts. */

/** Zero crossings of the sinc on either side. */
const CROSSINGS = 24;
/** Kaiser window: about 80 dB down beside the passband. */
const BETA = 8;
/** The passband ends at this share of the lower Nyquist frequency. */
const ROLL_OFF = 0.94;
/**
 * No more phases than this have taps of their own. Between two of them the taps of rates with more are taken from a straight line, which
 * is off by (π / phases)² / 8 at most, 118 dB down.
 */
const MOST_PHASES = 1024;

/** Converts to `toRate`; full scale stays as it is. The result has `length · toRate / fromRate` samples, rounded. */
export function resample(samples: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (fromRate === toRate) return samples;
  const resampler = new Resampler(fromRate, toRate);
  const first = resampler.push(samples);
  const rest = resampler.end();
  const whole = new Float32Array(first.length + rest.length);
  whole.set(first);
  whole.set(rest, first.length);
  return whole;
}

/** The same piece by piece: whatever the pieces, the outputs are those of the whole. */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #cutoff: number;
  readonly #reach: number;
  readonly #kept: (Float64Array | undefined)[] = [];
  /** Inputs that are still needed; the first of them has the number `#base`. */
  #inputs = new Float32Array(0);
  #base = 0;
  /** Number of the next output. */
  #next: number;

  /** The first `skip` outputs are left out. */
  constructor(fromRate: number, toRate: number, skip = 0) {
    const divisor = greatestCommonDivisor(fromRate, toRate);
    this.#up = toRate / divisor;
    this.#down = fromRate / divisor;
    // Frequencies are relative to the input rate; going down, the filter is as much longer as the band is narrower.
    this.#cutoff = Math.min(1, toRate / fromRate) * ROLL_OFF;
    this.#reach = Math.ceil(CROSSINGS / this.#cutoff);
    this.#next = skip;
  }

  /** The outputs that no later input can change. */
  push(samples: Float32Array): Float32Array {
    const inputs = new Float32Array(this.#inputs.length + samples.length);
    inputs.set(this.#inputs);
    inputs.set(samples, this.#inputs.length);
    this.#inputs = inputs;
    // An output needs the inputs up to `reach` behind its place.
    const known = this.#base + inputs.length - this.#reach;
    const outputs = this.#until(Math.ceil((known * this.#up) / this.#down));
    const needed = Math.floor((this.#next * this.#down) / this.#up) - this.#reach + 1 - this.#base;
    if (needed > 0) {
      this.#inputs = inputs.slice(needed);
      this.#base += Math.min(needed, inputs.length);
    }
    return outputs;
  }

  /** The outputs that are left; silence follows the last input. `length` in outputs, those left out counted. */
  end(length = Math.round(((this.#base + this.#inputs.length) * this.#up) / this.#down)): Float32Array {
    return this.#until(length);
  }

  #until(end: number): Float32Array {
    const outputs = new Float32Array(Math.max(0, end - this.#next));
    const up = this.#up;
    const phases = Math.min(up, MOST_PHASES);
    for (let i = 0; i < outputs.length; i++) {
      const position = (this.#next + i) * this.#down;
      const phase = position % up;
      const first = (position - phase) / up - this.#reach + 1 - this.#base;
      const place = (phase * phases) / up;
      const before = Math.floor(place);
      const share = place - before;
      const sum = this.#sum(before, phases, first);
      outputs[i] = share === 0 ? sum : sum + share * (this.#sum(before + 1, phases, first) - sum);
    }
    this.#next += outputs.length;
    return outputs;
  }

  /** The inputs from `first` on through the taps of one phase of so many. */
  #sum(phase: number, phases: number, first: number): number {
    const taps = this.#taps(phase, phases);
    const inputs = this.#inputs;
    const from = Math.max(0, -first);
    const to = Math.min(taps.length, inputs.length - first);
    let sum = 0;
    for (let k = from; k < to; k++) sum += (taps[k] ?? 0) * (inputs[first + k] ?? 0);
    return sum;
  }

  #taps(phase: number, phases: number): Float64Array {
    const kept = this.#kept[phase];
    if (kept !== undefined) return kept;
    const taps = new Float64Array(this.#reach * 2);
    design(taps, phase / phases, this.#cutoff, this.#reach);
    this.#kept[phase] = taps;
    return taps;
  }
}

/** Taps for an output that lies `fraction` of a sample behind the middle; their sum is 1, so that level is kept. */
function design(taps: Float64Array, fraction: number, cutoff: number, reach: number): void {
  let sum = 0;
  for (let k = 0; k < taps.length; k++) {
    const distance = k - reach + 1 - fraction;
    const x = Math.PI * cutoff * distance;
    const value = (x === 0 ? 1 : Math.sin(x) / x) * kaiser(distance / reach);
    taps[k] = value;
    sum += value;
  }
  for (let k = 0; k < taps.length; k++) taps[k] = (taps[k] ?? 0) / sum;
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / atMiddle;
}

/** Modified Bessel function of order zero, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const atMiddle = bessel(BETA);

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Rounds to 16 bits, saturating. */
export function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.max(-32768, Math.min(32767, Math.round(sample))));
}
