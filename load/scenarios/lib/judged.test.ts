import { expect, it } from 'vitest';
import { cameThrough, restAfterFailure } from './judged.ts';

it.each([
  ['all came', 400, 400, true],
  ['the last ones are under way', 400, 396, true],
  ['both sides were joined half a second late', 400, 375, true],
  ['so little was lost that the score tells it', 400, 380, true],
  ['the other half of a call of 8 s never came', 400, 200, false],
  ['nothing came', 400, 0, false],
  ['the last second of 8 s never came', 400, 350, false],
  ['more came than was sent', 400, 800, true],
  ['next to nothing was sent', 20, 0, true],
])('audio came through: %s', (_name, sent, received, wanted) => {
  const before = [
    { sent: 1000, received: 3 },
    { sent: 7, received: 500 },
  ] as const;
  const now = [
    { sent: 1000 + sent, received: 900 },
    { sent: 700, received: 500 + received },
  ] as const;
  expect(cameThrough(before, now)).toBe(wanted);
});

it.each([
  ['refused at once', {}, 2, 998],
  ['failed in its midst', {}, 8000, 0],
  ['refused at once where a rate is set', { rate: 5 }, 2, 0],
])('rests after a call that was %s', (_name, steering, tookMs, wanted) => {
  expect(restAfterFailure(steering, tookMs)).toBe(wanted);
});
