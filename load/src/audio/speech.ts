/**
 * Audio that an algorithm can tell from any other, made by code: syllables with changing formants and pauses between them, as
 * in speech. A tone would not do: it is the same at every moment, so that a gap or the wrong party is hardly seen in a score.
 */
import { wave } from '@mediaservice/fixtures';

const rate = 8000;
const level = 0.25;

/** Whose voice: pitch in Hz, and what makes its words others than those of the next. */
export interface Voice {
  readonly pitch: number;
  readonly seed: number;
}

export const voices = {
  prompt: { pitch: 165, seed: 11 },
  caller: { pitch: 120, seed: 23 },
  callee: { pitch: 205, seed: 37 },
} as const satisfies Readonly<Record<string, Voice>>;

/** Numbers 0..1 that are the same every time (a linear congruential generator). */
function* chance(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Samples -1..1 at 8 kHz. */
export function speech({ pitch, seed }: Voice, milliseconds: number): Float64Array<ArrayBuffer> {
  const random = chance(seed);
  const draw = (from: number, to: number): number => from + random.next().value * (to - from);
  const samples = new Float64Array(Math.round((milliseconds * rate) / 1000));
  for (let start = 0; start < samples.length; ) {
    const length = Math.round(draw(0.11, 0.24) * rate);
    const formants = [draw(350, 850), draw(950, 2100), draw(2200, 3200)];
    const glide = draw(-0.15, 0.15);
    const hiss = random.next().value < 0.25;
    syllable(samples.subarray(start, start + length), (at) => {
      const share = at / length;
      if (hiss) return random.next().value * 2 - 1;
      return voiced(at / rate, pitch * (1 + glide * share), formants);
    });
    start += length + Math.round(draw(0.03, 0.12) * rate);
  }
  return normalised(samples);
}

/** Harmonics of the pitch, each as loud as it is near to a formant. */
function voiced(seconds: number, pitch: number, formants: readonly number[]): number {
  let sum = 0;
  for (let harmonic = 1; harmonic * pitch < 3400; harmonic++) {
    const frequency = harmonic * pitch;
    const gain = formants.reduce((most, formant) => most + 1 / (1 + ((frequency - formant) / 120) ** 2), 0.02);
    sum += gain * Math.sin(2 * Math.PI * frequency * seconds);
  }
  return sum;
}

function syllable(samples: Float64Array, at: (sample: number) => number): void {
  for (let i = 0; i < samples.length; i++) samples[i] = at(i) * Math.sin((Math.PI * (i + 0.5)) / samples.length) ** 0.6;
}

/** Every stretch of 100 ms as loud as the others, so that no syllable is lost in the quiet. */
function normalised(samples: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const most = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  return samples.map((sample) => (most === 0 ? 0 : Math.sign(sample) * Math.abs(sample / most) ** 0.7 * level));
}

/** A WAV file, 16 bit, 8 kHz, mono. */
export const speechFile = (voice: Voice, milliseconds: number): Uint8Array => wave(speech(voice, milliseconds), rate);
