import { describe, expect, it } from 'vitest';
import { PortRange } from './port-range.ts';

describe('port range', () => {
  it('hands out even ports with room for RTCP, round and round', () => {
    const range = new PortRange(10001, 10008);
    expect(range.size).toBe(3);
    expect([range.take(), range.take()]).toEqual([10002, 10004]);
    range.give(10002);
    expect(range.used).toBe(1);
    expect([range.take(), range.take(), range.take()]).toEqual([10006, 10002, undefined]);
    range.give(10004);
    range.give(10004);
    expect(range.used).toBe(2);
    expect(range.take()).toBe(10004);
  });

  it('leaves ports of others for the end, the one refused longest ago first', () => {
    const range = new PortRange(10000, 10009);
    for (const port of [range.take(), range.take(), range.take()]) range.refused(port ?? 0);
    expect([range.used, range.foreign]).toEqual([0, 3]);
    expect([range.take(), range.take(), range.take()]).toEqual([10006, 10008, undefined]);
    expect([range.retry(), range.retry()]).toEqual([10000, 10002]);
    range.refused(10000);
    expect([range.used, range.foreign]).toEqual([3, 2]);
    // One that could be had is like any other again.
    range.give(10002);
    expect([range.take(), range.retry(), range.retry(), range.retry()]).toEqual([10002, 10004, 10000, undefined]);
  });

  it.each([
    ['no room for RTCP', 10000, 10000],
    ['only the odd one', 10001, 10002],
    ['the wrong way round', 20000, 10000],
    ['beyond the last port', 65000, 70000],
    ['from nothing', 0, 100],
  ])('refuses %s', (_, from, to) => {
    expect(() => new PortRange(from, to)).toThrow(RangeError);
  });
});
