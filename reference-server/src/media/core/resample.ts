/** Sample rate conversion by a windowed sinc in polyphase form: exact rational positions, so that nothing drifts. */

/** Zero crossings of the sinc on either side. */
const CROSSINGS = 24;
/** Kaiser window: about 80 dB down beside the passband. */
const BETA = 8;
/** The passband ends at this share of the lower Nyquist frequency. */
const ROLL_OFF = 0.94;
/** More phases than this are not kept, but computed each time they are due. */
const KEPT_PHASES = 1024;

/** Converts to `toRate`; full scale stays as it is. The result has `length · toRate / fromRate` samples, rounded. */
export function resample(samples: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (fromRate === toRate) return samples;
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const up = toRate / divisor;
  const down = fromRate / divisor;
  // Frequencies are relative to the input rate; going down, the filter is as much longer as the band is narrower.
  const cutoff = Math.min(1, toRate / fromRate) * ROLL_OFF;
  const reach = Math.ceil(CROSSINGS / cutoff);
  const result = new Float32Array(Math.round((samples.length * toRate) / fromRate));
  const kept: (Float64Array | undefined)[] = [];
  const scratch = new Float64Array(reach * 2);
  for (let i = 0; i < result.length; i++) {
    const position = i * down;
    const phase = position % up;
    const center = (position - phase) / up;
    let taps = kept[phase];
    if (taps === undefined) {
      taps = up <= KEPT_PHASES ? new Float64Array(reach * 2) : scratch;
      design(taps, phase / up, cutoff, reach);
      if (up <= KEPT_PHASES) kept[phase] = taps;
    }
    const first = center - reach + 1;
    const from = Math.max(0, -first);
    const to = Math.min(taps.length, samples.length - first);
    let sum = 0;
    for (let k = from; k < to; k++) sum += (taps[k] ?? 0) * (samples[first + k] ?? 0);
    result[i] = sum;
  }
  return result;
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
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
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

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Rounds to 16 bits, saturating. */
export function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.max(-32768, Math.min(32767, Math.round(sample))));
}
