import { describe, expect, it } from 'vitest';
import { cadence } from '../media/core/cadence.ts';
import { powerAt } from '../media/core/tone.ts';
import { ringingTones } from './testing/ringing-tones.ts';
import { tonePlans } from './tone-plan.ts';
import { ringingTone } from './tones.ts';

const PER_MS = 8;
/** Nothing is silent for so long inside a tone, a modulated one included; every pause is longer. */
const PAUSE_MS = 60;

/** Where samples sound: from and to, in samples. What is silent for a moment alone goes on. */
function sounding(samples: Int16Array): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = [];
  samples.forEach((sample, at) => {
    const last = parts.at(-1);
    if (sample === 0) return;
    if (last !== undefined && at - last.to < PAUSE_MS * PER_MS) last.to = at + 1;
    else parts.push({ from: at, to: at + 1 });
  });
  return parts;
}

/** Frequencies from 300 to 600 Hz that stand out, with their level below the strongest, dB: Goertzel under a Hann window. */
function linesOf(samples: Int16Array): { hertz: number; below: number }[] {
  const shaped = Float64Array.from(samples, (sample, i) => sample * Math.sin((Math.PI * i) / samples.length) ** 2);
  const powers = Array.from({ length: 301 }, (_, i) => powerAt(shaped, 300 + i));
  const strongest = Math.max(...powers);
  return powers.flatMap((power, i) => {
    const below = 10 * Math.log10(strongest / power);
    const peak = power > (powers[i - 1] ?? 0) && power >= (powers[i + 1] ?? 0);
    return peak && below < 20 ? [{ hertz: 300 + i, below }] : [];
  });
}

/** What a list's notation stands for: of a tone that is modulated wholly, both side bands lie 6 dB below the carrier. */
function linesFor(notation: string): { hertz: number; below: number }[] {
  const [carrier = 0, by] = notation.split('x').map(Number);
  if (by === undefined) return notation.split('+').map((hertz) => ({ hertz: Number(hertz), below: 0 }));
  return [carrier - by, carrier, carrier + by].map((hertz) => ({ hertz, below: hertz === carrier ? 0 : 6 }));
}

describe.each(ringingTones)('the ringing tone of %s, %s', (plan, frequencies, seconds) => {
  const round = cadence(ringingTone(plan));
  const parts = sounding(round);

  it('sounds and is silent for the times of the network', () => {
    const times = parts.flatMap(({ from, to }, i) => [to - from, (parts[i + 1]?.from ?? round.length) - to]);
    expect(parts[0]?.from).toBeLessThan(2 * PER_MS);
    expect(times.length).toBe(seconds.length);
    for (const [i, samples] of times.entries()) {
      expect(Math.abs(samples / PER_MS - (seconds[i] ?? 0) * 1000)).toBeLessThan(2);
    }
  });

  it('has the frequencies of the network', () => {
    const wanted = linesFor(frequencies);
    for (const { from, to } of parts) {
      const lines = linesOf(round.subarray(from, to));
      expect(lines.map(({ hertz }) => hertz)).toEqual(wanted.map(({ hertz }) => hertz));
      for (const [i, { below }] of lines.entries()) expect(Math.abs(below - (wanted[i]?.below ?? 0))).toBeLessThan(0.5);
    }
  });
});

it('is known of every plan', () => {
  expect(ringingTones.map(([plan]) => plan)).toEqual([...tonePlans]);
});
