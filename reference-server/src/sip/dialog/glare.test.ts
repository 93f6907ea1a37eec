import { describe, expect, it } from 'vitest';
import { glareDelay } from './index.ts';

describe('glareDelay (RFC 3261 14.1)', () => {
  it.each([
    [true, 0, 2100],
    [true, 0.5, 3050],
    [true, 0.9999999, 4000],
    [true, 1, 4000],
    [false, 0, 0],
    [false, 0.5, 1000],
    [false, 0.9999999, 2000],
  ])('owner of the Call-ID: %s, random %d: %i ms', (owns, random, delay) => {
    expect(glareDelay(owns, random)).toBe(delay);
  });
});
