import { describe, expect, it } from 'vitest';
import { Concealer } from './conceal.ts';
import { encodeG711, PCMU } from './g711.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { energy, powerAt, tone } from './tone.ts';

const PACKET = 160;
const sound = tone([500], 20_000, { level: 0.3 });

interface Arrival {
  readonly index: number;
  readonly at: number;
}

/** Packets of 20 ms arrive as told, pulls of 20 ms happen 1 ms after each arrival would have been due. */
function run(
  arrivals: readonly Arrival[],
  milliseconds: number,
  first = 0xffff_fff0,
  said = sound,
): { out: Int16Array; buffer: JitterBuffer } {
  const buffer = new JitterBuffer();
  const waiting = arrivals.toSorted((a, b) => a.at - b.at);
  const out = new Int16Array(milliseconds * 8);
  // Where packets arrive is used again for the next one; and the slice of a Buffer is no copy.
  const payload = Buffer.alloc(PACKET);
  for (let now = 1; now + 20 <= milliseconds + 1; now += 20) {
    while ((waiting[0]?.at ?? Number.POSITIVE_INFINITY) <= now) {
      const { index, at } = waiting.shift() ?? { index: 0, at: 0 };
      encodeG711(PCMU, said.subarray(index * PACKET, (index + 1) * PACKET), payload);
      buffer.put({ ssrc: 7, timestamp: (first + index * PACKET) >>> 0 }, payload, 'PCMU', at);
    }
    buffer.pull(out.subarray((now - 1) * 8, (now + 19) * 8));
  }
  return { out, buffer };
}

const even = (count: number): Arrival[] => Array.from({ length: count }, (_, index) => ({ index, at: index * 20 }));
/** As it is after it was PCMU. */
const decoded = (sample: number): number => PCMU.decode[PCMU.encode[sample & 0xffff] ?? 0] ?? 0;
/** Where sound begins, samples. */
const start = (out: Int16Array): number => out.findIndex((sample) => Math.abs(sample) > 100);
/** Lowest share of the tone in any 20 ms. */
function worst(out: Int16Array): number {
  let least = 1;
  for (let at = 0; at + PACKET <= out.length; at += PACKET) {
    const part = out.subarray(at, at + PACKET);
    least = Math.min(least, powerAt(part, 500) / 2 / Math.max(1, energy(part)));
  }
  return least;
}

describe('the jitter buffer', () => {
  it.each([80, 160, 320, 480])('gives what comes in packets of 20 ms whole in pulls of %i samples', (samples) => {
    // Nothing that repeats: nobody would see where a part of it is left out, or made up.
    const said = Int16Array.from({ length: 20_000 }, (_, at) => decoded(((at * at * 7919 + 500) % 20_011) - 10_005));
    const buffer = new JitterBuffer();
    const payload = Buffer.alloc(PACKET);
    const out = new Int16Array(18_240);
    for (let at = 0, index = 0; at < out.length; at += samples) {
      for (; index * PACKET <= at; index++) {
        encodeG711(PCMU, said.subarray(index * PACKET, (index + 1) * PACKET), payload);
        buffer.put({ ssrc: 7, timestamp: index * PACKET }, payload, 'PCMU', index * 20);
      }
      buffer.pull(out.subarray(at, at + samples));
    }
    const heard = out.subarray(start(out));
    const offset = start(said);
    expect(heard.length).toBeGreaterThan(16_000);
    expect(heard.every((sample, at) => sample === said[offset + at])).toBe(true);
  });

  it('gives what came, sample for sample, across a wrap of the timestamp', () => {
    const { out } = run(even(50), 1000);
    const from = start(out);
    expect(from).toBeLessThanOrEqual(40 * 8 + 8);
    const expected = Int16Array.from(sound, (sample) => PCMU.decode[PCMU.encode[sample & 0xffff] ?? 0] ?? 0);
    const offset = start(expected);
    expect(out.subarray(from, 7900)).toEqual(expected.subarray(offset, offset + 7900 - from));
  });

  it.each<[string, (arrivals: Arrival[]) => Arrival[]]>([
    ['doubled', (all) => [...all, ...all.map(({ index, at }) => ({ index, at: at + 3 }))]],
    ['swapped', (all) => all.map(({ index, at }) => ({ index, at: index % 2 === 0 ? at + 21 : at - 1 }))],
    [
      'late by up to 60 ms',
      (all) => all.map(({ index, at }) => ({ index, at: at + ([0, 60, 40, 20, 7][index % 5] ?? 0) })),
    ],
  ])('gives an even tone when packets come %s', (_, change) => {
    const { out } = run(change(even(200)), 3000);
    expect(worst(out.subarray(8000))).toBeGreaterThan(0.97);
  });

  it('waits longer when packets come later, and shorter again when they no longer do', () => {
    const calm = run(even(100), 2000).buffer.delay;
    const rough = even(100).map(({ index, at }) => ({ index, at: at + (index % 10 === 9 ? 70 : 0) }));
    const loud = run(rough, 2000).buffer.delay;
    expect(calm).toBeLessThanOrEqual(320);
    expect(loud).toBeGreaterThan(calm + 400);
    const after = [...rough, ...even(900).slice(100)];
    const { out, buffer } = run(after, 18_000);
    expect(buffer.delay).toBeLessThan(loud - 200);
    expect(worst(out.subarray(24_000, 140_000))).toBeGreaterThan(0.8);
  });

  it.each([
    ['one packet', [60]],
    ['two in a row', [60, 61]],
  ])('covers %s lost in the pitch of what was heard', (_, lost) => {
    const { out } = run(
      even(100).filter(({ index }) => !lost.includes(index)),
      2000,
    );
    expect(worst(out.subarray(800, 15_000))).toBeGreaterThan(0.9);
  });

  it('falls silent when packets stay away, and starts anew when they come back', () => {
    const { out } = run([...even(25), ...even(100).slice(75)], 2000);
    expect(energy(out.subarray(6000, 12_000))).toBe(0);
    expect(worst(out.subarray(12_800, 15_800))).toBeGreaterThan(0.97);
  });

  it('follows another source at once', () => {
    const buffer = new JitterBuffer();
    const out = new Int16Array(PACKET);
    const payload = new Uint8Array(PACKET).fill(0x80);
    for (let index = 0; index < 5; index++) {
      buffer.put({ ssrc: 1, timestamp: index * PACKET }, payload, 'PCMU', index * 20);
      buffer.pull(out);
    }
    expect(energy(out)).toBeGreaterThan(1e6);
    buffer.put({ ssrc: 2, timestamp: 5 }, payload, 'PCMU', 100);
    expect(buffer.pull(out)).toBe(false);
    buffer.put({ ssrc: 2, timestamp: 165 }, payload, 'PCMU', 120);
    expect(buffer.pull(out)).toBe(true);
  });
});

describe('what waits too long is left out', () => {
  // 400 ms come at once, and then everything in time: far more waits than is needed.
  const early = Array.from({ length: 400 }, (_, index) => ({ index, at: Math.max(0, index * 20 - 400) }));
  const noise = (): Int16Array => {
    let seed = 1;
    return Int16Array.from({ length: 400 * PACKET }, () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.round((seed / 2 ** 32 - 0.5) * 16_000);
    });
  };
  const levels = (out: Int16Array, window: number): number[] => {
    const all: number[] = [];
    for (let at = 4000; at + window < out.length - 8000; at += window / 2) {
      all.push(10 * Math.log10(energy(out.subarray(at, at + window))));
    }
    return all.toSorted((a, c) => a - c);
  };

  it.each([
    ['120 Hz', 120],
    ['a tone whose waves meet crest to trough after 10 ms', 550],
    ['440 Hz', 440],
    ['1050 Hz', 1050],
    ['3150 Hz', 3150],
  ])('without a dip or a bump that is heard: %s', (_, frequency) => {
    const { out, buffer } = run(early, 7000, 0, tone([frequency], 8000, { level: 0.3 }));
    // It did leave something out.
    expect(buffer.depth).toBeLessThan(2400);
    const sorted = levels(out, frequency < 200 ? 200 : 80);
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
    expect(middle - (sorted[0] ?? 0)).toBeLessThan(1);
    expect((sorted.at(-1) ?? 0) - middle).toBeLessThan(1);
  });

  it('in noise, which has no waves that fit, its power stays', () => {
    const { out, buffer } = run(early, 7000, 0, noise());
    expect(buffer.depth).toBeLessThan(2400);
    const sorted = levels(out, 160);
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
    expect(middle - (sorted[0] ?? 0)).toBeLessThan(1.5);
  });
});

it('what is made up fades within 60 ms', () => {
  const concealer = new Concealer();
  concealer.heard(tone([400], 50, { level: 0.3 }));
  const made = new Int16Array(640);
  concealer.conceal(made);
  expect(powerAt(made.subarray(0, 80), 400)).toBeGreaterThan(0.5 * (0.3 * 32767) ** 2);
  expect(energy(made.subarray(320, 480))).toBeLessThan(energy(made.subarray(80, 240)));
  expect(energy(made.subarray(480))).toBe(0);
});
