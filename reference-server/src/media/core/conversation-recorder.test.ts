import { describe, expect, it } from 'vitest';
import { ConversationRecorder, type Side } from './conversation-recorder.ts';
import { PCMU } from './g711.ts';

const octet = (sample: number): number => PCMU.encode[sample & 0xffff] ?? 0;
const LOUD = PCMU.decode[octet(5000)] ?? 0;
const payload = new Uint8Array(160).fill(octet(5000));

function bench() {
  const recorder = new ConversationRecorder(1000);
  const hear = (side: Side, index: number, now: number, ssrc = 1, marker = false): void => {
    const timestamp = (2 ** 32 - 320 + index * 160) >>> 0;
    recorder.hear(side, { ssrc, timestamp, marker }, payload, 'PCMU', 1000 + now);
  };
  /** Which 20 ms of a channel are sound. */
  const sounds = (samples: Int16Array, channel: number): number[] =>
    Array.from({ length: samples.length / 320 }, (_, i) => i).filter((i) => samples[i * 320 + 160 + channel] === LOUD);
  return { recorder, hear, sounds };
}

describe('a recording of two parties', () => {
  it('places each packet by its timestamp: late, swapped, doubled, lost', () => {
    const { recorder, hear, sounds } = bench();
    hear('left', 0, 20);
    hear('left', 2, 95);
    hear('left', 1, 97);
    hear('left', 1, 99);
    hear('left', 5, 121);
    hear('right', 0, 60, 9);
    const rest = recorder.rest(1200);
    expect(rest.length).toBe(200 * 16);
    expect(sounds(rest, 0)).toEqual([0, 1, 2, 5]);
    expect(sounds(rest, 1)).toEqual([2]);
    expect(recorder.silent).toEqual([]);
  });

  it('hands out whole seconds once they can no longer change, and no sample twice', () => {
    const { recorder, hear } = bench();
    let frames = 0;
    for (let index = 0; index < 200; index++) {
      hear('left', index, 20 + index * 20);
      const piece = recorder.take(1020 + index * 20);
      if (piece !== undefined) {
        expect(piece.length).toBe(16_000);
        expect(piece.every((sample, i) => sample === (i % 2 === 0 ? LOUD : 0))).toBe(true);
        frames += piece.length / 2;
      }
    }
    expect(frames).toBe(24_000);
    expect(recorder.rest(5000).length / 2).toBe(32_000 - 24_000);
    expect(recorder.silent).toEqual(['right']);
  });

  it.each([
    ['while it lasts', 100, [10, 100]],
    ['and in pieces over a long pause', 5000, [10, 5000]],
  ] as const)('fills a pause with the noise that it is to sound like, %s (RFC 3389)', (_, until, [from, to]) => {
    const { recorder, hear } = bench();
    const noise = (index: number, level: number): void => {
      const timestamp = (2 ** 32 - 320 + index * 160) >>> 0;
      recorder.noise('left', { ssrc: 1, timestamp, marker: false }, Uint8Array.of(level), 1000 + 20 + index * 20);
    };
    const pieces: number[] = [];
    const keep = (piece: Int16Array | undefined): void => {
      if (piece !== undefined) for (let i = 0; i < piece.length; i += 2) pieces.push(piece[i] ?? 0);
    };
    for (let index = 0; index < until + 10; index++) {
      if (index < from || index >= to) hear('left', index, 20 + index * 20);
      if (index === from) noise(index, 40);
      keep(recorder.take(1020 + index * 20));
    }
    keep(recorder.rest(1000 + (until + 10) * 20));
    expect(pieces).toHaveLength((until + 10) * 160);
    const [voice, pause, again] = [
      pieces.slice(0, from * 160),
      pieces.slice(from * 160, to * 160),
      pieces.slice(to * 160),
    ];
    expect(new Set([...voice, ...again])).toEqual(new Set([LOUD]));
    const level = 10 * Math.log10(pause.reduce((sum, sample) => sum + sample * sample, 0) / pause.length / 32768 ** 2);
    expect(level).toBeCloseTo(-40, 0);
    expect(pause.filter((sample) => sample === 0).length).toBeLessThan(pause.length / 50);
    expect(recorder.silent).toEqual(['right']);
  });

  it('takes a pause for media, and what was said before it for what it is', () => {
    const { recorder, hear } = bench();
    hear('right', 0, 20, 7);
    recorder.noise('left', { ssrc: 1, timestamp: 800, marker: false }, Uint8Array.of(40), 1100);
    recorder.noise('right', { ssrc: 7, timestamp: 480 >>> 0, marker: false }, Uint8Array.of(40), 1120);
    hear('right', 3, 121, 7);
    const rest = recorder.rest(1200);
    expect(recorder.silent).toEqual([]);
    expect(rest[(3 * 160 + 80) * 2 + 1]).toBe(LOUD);
    expect(Math.abs(rest[(7 * 160 + 80) * 2 + 1] ?? 0)).toBeGreaterThan(0);
  });

  it('goes on where a new source or a leap of timestamps begins', () => {
    const { recorder, hear, sounds } = bench();
    hear('left', 0, 20);
    hear('left', 5000, 60, 2);
    hear('left', 90_000, 100, 2);
    expect(sounds(recorder.rest(1120), 0)).toEqual([0, 2, 4]);
  });

  it('is not shifted by a first packet that was held up', () => {
    const { recorder, hear, sounds } = bench();
    for (const [index, now] of [115, 118, 121, 124, 127, 130, 140, 160, 180].entries()) hear('left', index, now);
    hear('right', 0, 100, 2);
    hear('right', 5, 200, 2);
    const rest = recorder.rest(1300);
    expect(sounds(rest, 0).at(-1)).toBe(8);
    expect(sounds(rest, 1)).toEqual([4, 9]);
  });

  it.each([
    ['stood still, and the marker says so', 0, true, 0],
    ['stood still without a word: a second and a half later', 0, false, 64],
    ['went on', 15, true, 0],
    ['went on without a word', 15, false, 0],
  ])('a hold of 300 ms after which the timestamp %s', (_, leap, marker, wrong) => {
    const { recorder, hear, sounds } = bench();
    for (let index = 0; index < 10; index++) hear('left', index, 20 + index * 20);
    for (let index = 10; index < 85; index++) hear('left', index + leap, 320 + index * 20, 1, marker && index === 10);
    const heard = sounds(recorder.rest(1000 + 2000), 0);
    const right = Array.from({ length: 75 - wrong }, (_, i) => 25 + wrong + i);
    expect(heard.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(heard.filter((each) => each >= 25 + wrong)).toEqual(right);
  });

  it('a stall of the network shifts nothing: what comes in a heap lies where it was said', () => {
    const { recorder, hear, sounds } = bench();
    for (let index = 0; index < 60; index++) hear('left', index, index < 20 || index >= 40 ? 20 + index * 20 : 820);
    expect(sounds(recorder.rest(1000 + 1300), 0)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  it('two clocks that run apart by 0.05 % each: both voices stay within 50 ms of what was said', () => {
    const { recorder } = bench();
    const pieces: number[] = [];
    const quiet = new Uint8Array(160).fill(octet(0));
    for (let index = 0; index < 15_000; index++) {
      // Once a second both say something, at the same time of their own clocks.
      const said = index % 50 === 0 ? payload : quiet;
      for (const [side, every] of [
        ['left', 19.99],
        ['right', 20.01],
      ] as const) {
        const packet = { ssrc: 1, timestamp: (index * 160) >>> 0, marker: false };
        recorder.hear(side, packet, said, 'PCMU', 1020 + index * every);
      }
      const piece = recorder.take(1000 + 20 + index * 20);
      if (piece !== undefined) for (const sample of piece) pieces.push(sample);
    }
    for (let second = 0; second < 290; second += 10) {
      for (const [channel, packet] of [
        [0, 19.99],
        [1, 20.01],
      ] as const) {
        const said = Math.round(second * 50 * packet * 8);
        const near = pieces.slice(Math.max(0, said - 400) * 2, (said + 560) * 2).filter((_, i) => i % 2 === channel);
        expect(near.filter((sample) => sample === LOUD).length, `${second} s, channel ${channel}`).toBe(160);
      }
    }
  });

  it('follows a clock that drifts', () => {
    const { recorder, hear } = bench();
    // 0.1 % slow: 20.02 ms for each packet; 1,200 packets are 24 ms late at the end of 24 s, 5,000 packets 100 ms.
    for (let index = 0; index < 5000; index++) {
      hear('right', index, 20 + index * 20.02);
      recorder.take(1020 + index * 20.02);
    }
    const now = 20 + 4999 * 20.02;
    const rest = recorder.rest(1000 + now);
    let last = rest.length / 2 - 1;
    while (last > 0 && rest[last * 2 + 1] === 0) last--;
    expect((rest.length / 2 - 1 - last) / 8).toBeLessThan(50);
  });
});
