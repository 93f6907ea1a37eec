import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RtpWatch } from './rtp-watch.ts';

let count: number | undefined = 0;
let missed = 0;
let watch: RtpWatch;
beforeEach(() => {
  vi.useFakeTimers();
  count = 0;
  missed = 0;
  watch = new RtpWatch({ count: async () => count, missed: () => missed++ });
});
afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

/** Time in which packets come, or do not. */
async function pass(milliseconds: number, packets: boolean): Promise<void> {
  for (let at = 0; at < milliseconds; at += 20) {
    if (packets && count !== undefined) count++;
    await vi.advanceTimersByTimeAsync(20);
  }
}

it('misses a far end that is silent for the limit, once, and again after it was back', async () => {
  watch.limit(1000);
  watch.expect(true);
  await pass(3000, true);
  expect(missed).toBe(0);
  await pass(900, false);
  expect(missed).toBe(0);
  await pass(2000, false);
  expect(missed).toBe(1);
  await pass(500, true);
  await pass(1500, false);
  expect(missed).toBe(2);
});

it.each([
  ['nothing is expected', 1000, false],
  ['there is no limit', 0, true],
])('misses nobody while %s', async (_, limit, expected) => {
  watch.limit(limit);
  watch.expect(expected);
  await pass(5000, false);
  expect(missed).toBe(0);
});

it('counts from when it is told to watch', async () => {
  watch.limit(0);
  watch.expect(true);
  await pass(2000, false);
  watch.limit(500);
  await pass(400, false);
  expect(missed).toBe(0);
  await pass(300, false);
  expect(missed).toBe(1);
});

it('takes a far end that holds for one that is there, and misses it afterwards', async () => {
  watch.limit(500);
  watch.expect(true);
  await pass(300, false);
  watch.expect(false);
  await pass(2000, false);
  watch.expect(true);
  await pass(400, false);
  expect(missed).toBe(0);
  await pass(300, false);
  expect(missed).toBe(1);
});

it('says nothing when it is closed', async () => {
  watch.limit(500);
  watch.expect(true);
  watch.close();
  await pass(2000, false);
  expect(missed).toBe(0);
});
