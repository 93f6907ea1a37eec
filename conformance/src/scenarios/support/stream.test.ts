import { expect, it } from 'vitest';
import {
  bursts,
  distances,
  drift,
  during,
  fewOf,
  longGaps,
  medianOf,
  type Placed,
  sequenceSteps,
  timestampSteps,
} from './stream.ts';

/** A stream of 20 ms packets whose arrivals a function moves. */
const stream = (count: number, at: (nth: number) => number = (nth) => nth * 20): Placed[] =>
  Array.from({ length: count }, (_, nth) => ({
    at: at(nth),
    sequence: (65_530 + nth) & 0xffff,
    timestamp: (2 ** 32 - 800 + nth * 160) >>> 0,
    ssrc: 1,
    payloadType: 0,
    marker: nth === 0,
    payloadBytes: 160,
    offsetMs: nth * 20,
  }));

it('steps over the wrap of sequence numbers and timestamps', () => {
  expect(new Set(sequenceSteps(stream(20)))).toEqual(new Set([1]));
  expect(new Set(timestampSteps(stream(20)))).toEqual(new Set([160]));
});

const heldUp = (nth: number): number => (nth % 50 < 4 ? Math.floor(nth / 50) * 1000 + 80 : nth * 20);

it.each([
  { name: 'an even stream', at: (nth: number) => nth * 20, gaps: 0, burst: [], median: 20 },
  { name: 'a stream in pairs', at: (nth: number) => Math.floor(nth / 2) * 40, gaps: 0, burst: [], median: 0 },
  { name: 'packets held up each second', at: heldUp, gaps: 2, burst: [5, 5, 5], median: 20 },
])('finds the gaps and bursts of $name', ({ at, gaps, burst, median }) => {
  const packets = stream(150, at);
  expect(longGaps(packets)).toHaveLength(gaps);
  expect(bursts(packets)).toEqual(burst);
  expect(medianOf(distances(packets))).toBe(median);
});

it.each([
  { name: 'was late then and by as much', late: [{ at: 1081, ms: 70 }], gaps: 1, burst: 2 },
  { name: 'was late at another time', late: [{ at: 1500, ms: 70 }], gaps: 2, burst: 3 },
  { name: 'was late by less', late: [{ at: 1081, ms: 12 }], gaps: 2, burst: 3 },
])('excuses what came late when we $name', ({ late, gaps, burst }) => {
  expect(longGaps(stream(150, heldUp), late)).toHaveLength(gaps);
  expect(bursts(stream(150, heldUp), late)).toHaveLength(burst);
});

it('lets a stream be disturbed once, or in one packet of a hundred', () => {
  expect([40, 150, 300].map((count) => fewOf(stream(count)))).toEqual([1, 1, 3]);
});

it('sees a clock that runs fast, and no drift in packets that are late', () => {
  expect(drift(stream(600))).toBe(0);
  expect(drift(stream(600, (nth) => nth * 20 + (nth % 7) * 15))).toBe(0);
  expect(drift(stream(600, (nth) => nth * 20.1))).toBeCloseTo(55, 0);
});

it('takes the packets that carry a tone', () => {
  const tone = { frequency: 400, startMs: 45, durationMs: 50, levelDb: -16 };
  expect(during(stream(20), tone).map(({ offsetMs }) => offsetMs)).toEqual([40, 60, 80]);
});
