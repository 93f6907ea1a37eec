/** Tones and how much of a frequency lies in samples. */

/** 16-bit samples of tones that sound together; `level` is the peak of each, of 32767. */
export function tone(
  frequencies: readonly number[],
  milliseconds: number,
  options?: { readonly sampleRate?: number; readonly level?: number; readonly phase?: number },
): Int16Array {
  const sampleRate = options?.sampleRate ?? 8000;
  const level = (options?.level ?? 0.25) * 32767;
  const samples = new Int16Array(Math.round((milliseconds * sampleRate) / 1000));
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (const frequency of frequencies) {
      sum += Math.sin((2 * Math.PI * frequency * i) / sampleRate + (options?.phase ?? 0));
    }
    samples[i] = Math.max(-32768, Math.min(32767, Math.round(sum * level)));
  }
  return samples;
}

/** Goertzel: squared magnitude of one frequency, scaled so that a full period sine of amplitude A gives A². */
export function powerAt(samples: ArrayLike<number>, frequency: number, sampleRate = 8000): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let last = 0;
  let before = 0;
  for (let i = 0; i < samples.length; i++) {
    const next = (samples[i] ?? 0) + coefficient * last - before;
    before = last;
    last = next;
  }
  const power = last * last + before * before - coefficient * last * before;
  return (4 * power) / (samples.length * samples.length);
}

/** Mean square. */
export function energy(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
  return samples.length === 0 ? 0 : sum / samples.length;
}
