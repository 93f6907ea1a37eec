/** One round of a tone that goes on and off. */
import type { Tone } from '../../session/ports/phrase.ts';

/** Peak of all frequencies together: about −9 dBm0, as Q.35 wants tones within −10 ± 5. */
const LEVEL = 0.35;
/** Softens the ends, so that they do not click: 5 ms. */
const RAMP = 40;
/** Longer rounds are cut: 60 s. */
const MAX_SAMPLES = 480_000;

/** Samples at 8 kHz. Frequencies and durations that make no sense give silence and nothing. */
export function cadence({ frequencies, cadence: parts }: Tone): Int16Array {
  const lengths = parts.map((milliseconds) => (milliseconds > 0 ? Math.round(milliseconds * 8) : 0));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const samples = new Int16Array(Math.min(total, MAX_SAMPLES));
  const level = (LEVEL * 32767) / Math.max(1, frequencies.length);
  let start = 0;
  for (const [index, length] of lengths.entries()) {
    // Tone and silence in turn.
    for (let i = 0; i < length && start + i < samples.length && index % 2 === 0; i++) {
      const gain = level * Math.min(1, (i + 1) / RAMP, (length - i) / RAMP);
      let sum = 0;
      for (const frequency of frequencies) sum += Math.sin((2 * Math.PI * frequency * i) / 8000);
      samples[start + i] = Math.round(sum * gain);
    }
    start += length;
  }
  return samples;
}
