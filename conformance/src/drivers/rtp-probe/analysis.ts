/**
 * What is in a piece of audio: tones, levels, silence. Pure. 16 bit samples at 8 kHz; levels in dBov, which is dB
 * relative to a full-scale square wave, so that the loudest possible sine has -3.01 (RFC 6465 section 5).
 */
import type { ToneSegment } from './types.ts';

export const sampleRate = 8000;
const fullScale = 32_768;
const perMs = sampleRate / 1000;

/** -Infinity for no samples or nothing but zeros. */
export function levelDb(pcm: Int16Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return pcm.length === 0 ? -Infinity : 10 * Math.log10(sum / pcm.length / fullScale ** 2);
}

/** Level at the digital milliwatt's reference: a full-scale G.711 sine is +3.17 dBm0 in µ-law (ITU-T G.711 table 5). */
export const toDbm0 = (dbov: number): number => dbov + 3.01 + 3.17;

/** A sine; phase is in radians. */
export function tone(frequency: number, durationMs: number, level = -16, phase = 0): Int16Array {
  const amplitude = Math.min(10 ** (level / 20) * Math.SQRT2, 1) * (fullScale - 1);
  const step = (2 * Math.PI * frequency) / sampleRate;
  return Int16Array.from({ length: Math.round(durationMs * perMs) }, (_, n) =>
    Math.round(amplitude * Math.sin(phase + step * n)),
  );
}

export const silence = (durationMs: number): Int16Array => new Int16Array(Math.round(durationMs * perMs));

export function concat(...parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Samples of a stretch given in ms. */
export const cut = (pcm: Int16Array, startMs: number, durationMs = Infinity): Int16Array =>
  pcm.subarray(Math.round(startMs * perMs), Math.min(pcm.length, Math.round((startMs + durationMs) * perMs)));

/** Hann, because the side lobes of a rectangular window would hide a weak tone beside a strong one. */
const windows = new Map<number, Float64Array>();
function hann(length: number): Float64Array {
  const known = windows.get(length);
  if (known) return known;
  const window = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
  windows.set(length, window);
  return window;
}

/** Power of one frequency under a Hann window (Goertzel), scaled so that a sine of amplitude a gives a²/2. */
function power(pcm: Int16Array, start: number, length: number, frequency: number): number {
  const window = hann(length);
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let [s1, s2] = [0, 0];
  for (let n = 0; n < length; n++) {
    const s0 = (pcm[start + n] ?? 0) * (window[n] ?? 0) + coefficient * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  // The window's mean is one half, hence amplitude = 4 |X| / N.
  return (8 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2)) / length ** 2;
}

/** Level of one frequency in the whole piece. */
export const levelAt = (pcm: Int16Array, frequency: number): number =>
  pcm.length === 0 ? -Infinity : 10 * Math.log10(power(pcm, 0, pcm.length, frequency) / fullScale ** 2);

const frame = 256;
const hop = 80;
const binWidth = sampleRate / frame;
/** Part of a frame's energy that its strongest frequency must have to be called a tone. */
const purity = 0.85;
/** Two frames with frequencies nearer than this belong to one tone. */
const sameTone = 15;
/** Below this a frame is silence, not a tone. */
const quietest = -60;

interface Frame {
  readonly start: number;
  readonly frequency: number;
}

/** Strongest frequency of the frame, if it is nearly all there is. */
function tonalFrame(pcm: Int16Array, start: number): Frame | undefined {
  const window = hann(frame);
  let energy = 0;
  for (let n = 0; n < frame; n++) energy += ((pcm[start + n] ?? 0) * (window[n] ?? 0)) ** 2;
  // Mean of a squared Hann window is 3/8.
  const total = energy / frame / 0.375;
  if (10 * Math.log10(total / fullScale ** 2) < quietest) return undefined;
  const bins = Array.from({ length: frame / 2 + 1 }, (_, bin) => power(pcm, start, frame, bin * binWidth));
  let best = 1;
  for (let bin = 1; bin < frame / 2; bin++) if ((bins[bin] ?? 0) > (bins[best] ?? 0)) best = bin;
  const [below, peak, above] = [bins[best - 1] ?? 0, bins[best] ?? 0, bins[best + 1] ?? 0];
  // Parabola through the logarithms of the peak and its neighbours, then refined on the spectrum itself.
  const [a, b, c] = [Math.log(below + 1e-9), Math.log(peak + 1e-9), Math.log(above + 1e-9)];
  const frequency = refine(pcm, start, (best + (a - c) / (2 * (a - 2 * b + c))) * binWidth);
  return power(pcm, start, frame, frequency) / total >= purity ? { start, frequency } : undefined;
}

/** Climbs to the top of the main lobe, which is smooth, by halving the step. */
function refine(pcm: Int16Array, start: number, guess: number): number {
  let [frequency, top] = [guess, power(pcm, start, frame, guess)];
  for (let step = 4; step > 0.1; step /= 2) {
    for (const other of [frequency - step, frequency + step]) {
      const value = power(pcm, start, frame, other);
      if (value > top) [frequency, top] = [other, value];
    }
  }
  return frequency;
}

/**
 * Stretches with a single steady frequency, shorter ones than `minMs` left out. Start and duration are good to about
 * 5 ms, frequency to 1 Hz.
 */
export function toneSegments(pcm: Int16Array, minMs = 40): ToneSegment[] {
  const runs: Frame[][] = [];
  for (let start = 0; start + frame <= pcm.length; start += hop) {
    const found = tonalFrame(pcm, start);
    if (!found) continue;
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && start - last.start <= 2 * hop && Math.abs(last.frequency - found.frequency) < sameTone)
      run.push(found);
    else runs.push([found]);
  }
  return runs.map((run) => describe(pcm, run)).filter((segment) => segment.durationMs >= minMs);
}

function describe(pcm: Int16Array, run: readonly Frame[]): ToneSegment {
  const frequency = median(run.map((one) => one.frequency));
  const first = run[0]?.start ?? 0;
  const last = (run.at(-1)?.start ?? 0) + frame;
  const middle = run[Math.floor(run.length / 2)]?.start ?? first;
  const loud = levelDb(pcm.subarray(middle, middle + frame));
  const [from, to] = edges(pcm, first, last, loud - 6);
  return {
    frequency: Math.round(frequency * 10) / 10,
    startMs: from / perMs,
    durationMs: (to - from) / perMs,
    levelDb: Math.round(loud * 10) / 10,
  };
}

/** Frames overlap what surrounds a tone; its ends are where blocks of 5 ms come within 6 dB of its level. */
function edges(pcm: Int16Array, first: number, last: number, limit: number): readonly [number, number] {
  const block = 40;
  const loud = (at: number): boolean => levelDb(pcm.subarray(Math.max(at, 0), at + block)) >= limit;
  // No further frame fits behind the last one, so what is left of the piece is looked at here.
  let [from, to] = [first, last + hop > pcm.length ? pcm.length : last];
  while (from < to && !loud(from)) from += block / 5;
  while (to > from && !loud(to - block)) to -= block / 5;
  return [from, to];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** A stretch that is loud enough to be heard. */
interface ActivitySegment {
  readonly startMs: number;
  readonly durationMs: number;
  readonly levelDb: number;
}

/**
 * Stretches that are not silence: 10 ms blocks above `thresholdDb`, joined over pauses up to `joinMs`, so that a spoken
 * sentence is one stretch.
 */
export function activity(pcm: Int16Array, thresholdDb = -50, joinMs = 300): ActivitySegment[] {
  const block = 10 * perMs;
  const spans: { from: number; to: number }[] = [];
  for (let at = 0; at + block <= pcm.length; at += block) {
    if (levelDb(pcm.subarray(at, at + block)) < thresholdDb) continue;
    const last = spans.at(-1);
    if (last && at - last.to <= joinMs * perMs) last.to = at + block;
    else spans.push({ from: at, to: at + block });
  }
  return spans.map(({ from, to }) => ({
    startMs: from / perMs,
    durationMs: (to - from) / perMs,
    levelDb: Math.round(levelDb(pcm.subarray(from, to)) * 10) / 10,
  }));
}

/** Milliseconds that are above the threshold, without the pauses between. */
export const activeMs = (pcm: Int16Array, thresholdDb = -50): number =>
  activity(pcm, thresholdDb, 0).reduce((sum, segment) => sum + segment.durationMs, 0);

/** Nothing above the threshold for the whole piece; a piece without samples is silent. */
export const isSilent = (pcm: Int16Array, thresholdDb = -60): boolean => activity(pcm, thresholdDb, 0).length === 0;
