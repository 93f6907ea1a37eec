import { afterEach, expect, it, vi } from 'vitest';
import { within } from './promises.ts';

afterEach(() => {
  vi.useRealTimers();
});

it.each([
  ['is over when the promise is', () => Promise.resolve('done'), 0],
  ['is over when it fails, and does not', () => Promise.reject(new Error('broken')), 0],
  ['is over after so long where nothing comes', () => new Promise(() => {}), 500],
] as const)('%s', async (_name, make, ms) => {
  vi.useFakeTimers();
  let over = false;
  const waiting = within(make(), 500).then(() => {
    over = true;
  });
  await vi.advanceTimersByTimeAsync(Math.max(0, ms - 1));
  expect(over).toBe(ms === 0);
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
});
