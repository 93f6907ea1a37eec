import { expect, it } from 'vitest';
import {
  distances,
  drift,
  during,
  medianOf,
  mostWithin,
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

it.each([
  { name: 'an even stream', at: (nth: number) => nth * 20, most: 2, median: 20 },
  {
    name: 'five packets held up for 100 ms',
    at: (nth: number) => Math.max(nth * 20, nth < 6 ? 100 : 0),
    most: 7,
    median: 20,
  },
  { name: 'a stream in pairs', at: (nth: number) => Math.floor(nth / 2) * 40, most: 2, median: 0 },
])('counts the most packets at once of $name', ({ at, most, median }) => {
  expect(mostWithin(stream(40, at), 20)).toBe(most);
  expect(medianOf(distances(stream(40, at)))).toBe(median);
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
