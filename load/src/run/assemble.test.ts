import { expect, it } from 'vitest';
import { steadyRate } from './assemble.ts';

const setting = { rampSeconds: 5, durationSeconds: 10 };
const series = (seconds: number, completed: (at: number) => number) =>
  Array.from({ length: seconds }, (_, i) => ({ at: i + 1, completed: completed(i + 1) }));

it('leaves out the way up, and what ends after the steady part', () => {
  const rate = (at: number): number => (at <= 5 ? at * 60 : at <= 15 ? 300 : 7);
  expect(steadyRate(series(30, rate), setting)).toBe(300);
});

it('counts seconds, not looks: one that was late holds what came in two', () => {
  const looks = series(16, () => 300).filter(({ at }) => at !== 10);
  const late = looks.map((look) => (look.at === 11 ? { ...look, completed: 600 } : look));
  expect(steadyRate(late, setting)).toBe(300);
});

it('has nothing to say of a run without a steady part', () => {
  expect(
    steadyRate(
      series(4, () => 1),
      setting,
    ),
  ).toBeUndefined();
});
