import { expect, it } from 'vitest';
import { Wheel } from './wheel.ts';

it('hands out what is due, in its turn or in the next one that comes', () => {
  const wheel = new Wheel<string>();
  for (const [item, turn] of [
    ['past', -5],
    ['soon', 2],
    ['later', 5],
    ['far', 1000],
  ] as const) {
    wheel.add(item, turn);
  }
  expect([...wheel.due(1)]).toEqual(['past']);
  expect([...wheel.due(1)]).toEqual([]);
  expect([...wheel.due(4)]).toEqual(['soon']);
  expect([...wheel.due(5)]).toEqual(['later']);
  // Farther than the wheel is round: handed out early, never lost.
  expect([...wheel.due(140)]).toEqual(['far']);
  wheel.add('after a pause', 142);
  expect([...wheel.due(100_000)]).toEqual(['after a pause']);
  wheel.add('next', 3);
  expect([...wheel.due(100_001)]).toEqual(['next']);
});
