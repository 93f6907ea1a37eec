import { describe, expect, it } from 'vitest';
import { Arrivals } from './arrivals.ts';

const BEAT = 2.5;

interface Thread {
  /** Milliseconds of a turn, and turns from one beat to the next. */
  readonly beat?: number;
  readonly stride?: number;
  /** Turns by which a look comes later than the beat that it was due in. */
  readonly behind?: (turn: number) => number;
}

/**
 * Plays a stream to the looks of a thread: arrival times in milliseconds; gives how long each packet waited, and the
 * times of fruitless looks.
 */
function watch(
  arrivals: readonly number[],
  until: number,
  period?: number,
  { beat = BEAT, stride = 1, behind = () => 0 }: Thread = {},
) {
  const clock = new Arrivals(beat);
  clock.start(0);
  if (period !== undefined) clock.every(period);
  const waits: number[] = [];
  const missed: number[] = [];
  let turn = 0;
  while (turn * beat < until) {
    const late = Math.ceil(clock.due / stride) * stride;
    turn = Math.max(late + behind(late), turn);
    for (let left = clock.look(turn, stride); left > 0; left--) {
      const next = arrivals[waits.length];
      if (next === undefined || next > turn * beat) {
        clock.missed(turn);
        missed.push(turn * beat);
        break;
      }
      clock.came(turn);
      waits.push(turn * beat - next);
    }
    expect(clock.due).toBeGreaterThan(turn);
  }
  return { waits, missed };
}
const even = (count: number, distance: number, first = 0, jitter: (i: number) => number = () => 0): number[] =>
  Array.from({ length: count }, (_, i) => first + i * distance + jitter(i));
/** Evenly spread over `range`, in no order. */
const uneven = (range: number) => (i: number) => Math.abs((Math.sin(i * 12.9898) * 43_758.5453) % 1) * range;

describe('looks for packets', () => {
  it.each([
    ['20 ms', 20],
    ['10 ms', 10],
    ['30 ms', 30],
    ['60 ms', 60],
  ])('find those of an even stream of %s at once, nearly without fruitless looks', (_, distance) => {
    const { waits, missed } = watch(even(1000, distance, 7.3), 1000 * distance + 100, distance);
    expect(waits).toHaveLength(1000);
    expect(Math.max(...waits.slice(10))).toBeLessThanOrEqual(2 * BEAT);
    expect(missed.length).toBeLessThan(60);
  });

  it.each([
    ['1.7 ms', 2],
    ['2.5 ms', 3],
    ['3.3 ms', 4],
    ['10 ms', 12],
  ])('find them at once in beats of %s', (_, stride) => {
    const beat = 10 / 12;
    for (const first of [0.1, 3.7, 8.4, 14.9]) {
      const { waits, missed } = watch(even(1000, 20, first), 20_000, 20, { beat, stride });
      expect(Math.max(...waits.slice(20))).toBeLessThanOrEqual(2 * stride * beat);
      expect(missed.filter((at) => at > 1000).length).toBeLessThan(50);
    }
  });

  it('stay apart from fruitless ones where the thread is always late', () => {
    for (const first of [0.1, 3.7, 8.4, 14.9]) {
      const thread = { beat: 10 / 12, stride: 2, behind: () => 3 };
      const { waits, missed } = watch(even(1000, 20, first), 20_000, 20, thread);
      expect(missed.filter((at) => at > 1000).length).toBeLessThan(60);
      expect(Math.max(...waits.slice(50))).toBeLessThan(8);
    }
  });

  it('lose nothing while the thread is held up, and are in time again after it', () => {
    const behind = (turn: number) => (turn > 400 && turn < 404 ? 80 : 0);
    const { waits, missed } = watch(even(400, 20, 3), 8000, 20, { behind });
    expect(waits).toHaveLength(400);
    expect(Math.max(...waits.slice(70))).toBeLessThanOrEqual(2 * BEAT);
    expect(missed.filter((at) => at > 1200).length).toBeLessThan(30);
  });

  it('follow a sender whose clock is faster, and one whose clock is slower', () => {
    for (const distance of [19.99, 20.01]) {
      const { waits, missed } = watch(even(5000, distance, 3), 5000 * distance);
      expect(Math.max(...waits.slice(50))).toBeLessThan(6 * BEAT);
      expect(waits.length).toBeGreaterThan(4990);
      expect(missed.length).toBeLessThan(300);
    }
  });

  it.each([
    ['later', 11],
    ['earlier', -11],
  ])('follow a way that takes %s from now on', (_, change) => {
    const stream = [...even(300, 20, 12), ...even(700, 20, 6012 + change)];
    const { waits, missed } = watch(stream, 20_100, 20);
    expect(waits).toHaveLength(1000);
    // An earlier look is tried once in 200 packets; until then those that come earlier wait.
    expect(Math.max(...waits.slice(600))).toBeLessThanOrEqual(2 * BEAT);
    expect(missed.filter((at) => at > 6000).length).toBeLessThan(60);
  });

  it('leave nothing waiting behind a burst', () => {
    const burst = [...even(50, 20, 1), ...even(20, 0, 1500), ...even(100, 20, 1520)];
    const { waits } = watch(burst, 5000);
    expect(waits).toHaveLength(170);
    expect(Math.max(...waits.slice(-60))).toBeLessThanOrEqual(2 * BEAT);
  });

  it('take two at a time from a sender that sends two at a time, or one by one', () => {
    const { waits, missed } = watch(
      even(1000, 20, 5, (i) => (i % 2 === 0 ? 20 : 0)),
      20_100,
      20,
    );
    expect(waits.length).toBeGreaterThanOrEqual(999);
    expect(Math.max(...waits.slice(100))).toBeLessThanOrEqual(20 + 2 * BEAT);
    expect(missed.length).toBeLessThan(300);
  });

  it.each([
    ['6 ms', 6, 10, 230],
    ['15 ms', 15, 24, 280],
  ])('bear jitter of %s', (_, range, wait, looks) => {
    const { waits, missed } = watch(even(1000, 20, 0, uneven(range)), 21_000);
    expect(waits).toHaveLength(1000);
    expect(missed.length).toBeLessThan(looks);
    expect(Math.max(...waits.slice(10))).toBeLessThan(wait);
  });

  it('are few for packets that are lost', () => {
    const stream = even(1000, 20, 3).filter((_, i) => i % 10 !== 5);
    const { waits, missed } = watch(stream, 20_100, 20);
    expect(waits).toHaveLength(900);
    expect(missed.length).toBeLessThan(100 * 5);
    expect(Math.max(...waits.slice(50))).toBeLessThanOrEqual(2 * BEAT);
  });

  it('are rare while a far end describes its silence, and in time when it speaks again', () => {
    const talk = (at: number) => even(50, 20, at);
    const stream = [1, 4003, 8007].flatMap((at) => [...talk(at), ...even(14, 200, at + 1000)]);
    const { waits, missed } = watch(stream, 12_000, 20);
    expect(waits).toHaveLength(3 * 64);
    for (const talking of [waits.slice(10, 50), waits.slice(74, 114), waits.slice(138, 178)]) {
      expect(Math.max(...talking)).toBeLessThanOrEqual(2 * BEAT);
    }
    expect(missed.length).toBeLessThan(1100);
  });

  it('become rare where nothing comes, and find what comes again', () => {
    const { waits, missed } = watch([...even(10, 20), ...even(50, 20, 60_000)], 62_000);
    expect(waits).toHaveLength(60);
    expect(missed.length).toBeLessThan(1700);
    expect(waits[10]).toBeLessThanOrEqual(16 * BEAT);
  });
});
