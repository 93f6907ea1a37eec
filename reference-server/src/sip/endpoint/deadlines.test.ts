import { expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';

it('runs deadlines in order of time, and only those that are due', () => {
  const deadlines = new Deadlines();
  const ran: number[] = [];
  for (const when of [50, 10, 40, 20, 30]) deadlines.at(when, () => ran.push(when));
  expect(deadlines.next()).toBe(10);
  deadlines.run(30);
  expect(ran).toEqual([10, 20, 30]);
  expect(deadlines.next()).toBe(40);
});

it('forgets a cancelled deadline at once', () => {
  const deadlines = new Deadlines();
  const ran: number[] = [];
  const armed = Array.from({ length: 100 }, (_, when) =>
    deadlines.at((when * 37) % 100, () => ran.push((when * 37) % 100)),
  );
  for (const [place, deadline] of armed.entries()) if (place % 2 === 0) deadlines.cancel(deadline);
  expect(deadlines.size).toBe(50);
  deadlines.run(1000);
  expect(ran).toEqual(ran.toSorted((a, b) => a - b));
  expect(ran).toHaveLength(50);
  expect(deadlines.next()).toBeUndefined();
});

it('leaves a deadline alone that has run', () => {
  const deadlines = new Deadlines();
  const first = deadlines.at(1, () => {});
  const ran: string[] = [];
  deadlines.at(2, () => ran.push('second'));
  deadlines.run(1);
  deadlines.cancel(first);
  deadlines.run(2);
  expect(ran).toEqual(['second']);
});
