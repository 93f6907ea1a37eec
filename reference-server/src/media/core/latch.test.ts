import { expect, it } from 'vitest';
import { Latch } from './latch.ts';

const named = { address: '192.0.2.1', port: 4000 };
const make = (trial = 3): Latch => new Latch(named.address, named.port, { silence: 1000, trial });
const where = (latch: Latch): string => `${latch.address}:${latch.port}`;
/** Packets that come from one place, one a step of 20 ms; gives which of them counted. */
const from = (latch: Latch, address: string, port: number, count: number, now: number): boolean[] =>
  Array.from({ length: count }, (_, i) => latch.accept(address, port, now + i * 20));

it('sends where SDP says, and takes what comes from there', () => {
  const latch = make();
  expect(where(latch)).toBe('192.0.2.1:4000');
  expect(from(latch, '192.0.2.1', 4000, 3, 0)).toEqual([true, true, true]);
  expect(where(latch)).toBe('192.0.2.1:4000');
});

it('follows a source that goes on, when nothing comes from where SDP says', () => {
  const latch = make();
  expect(from(latch, '198.51.100.1', 5000, 4, 0)).toEqual([false, false, true, true]);
  expect(where(latch)).toBe('198.51.100.1:5000');
});

it('does not follow a few stray packets, nor two sources that alternate', () => {
  const latch = make();
  expect(from(latch, '198.51.100.1', 5000, 2, 0)).toEqual([false, false]);
  for (let now = 100; now < 500; now += 40) {
    expect(latch.accept('203.0.113.9', 5000, now)).toBe(false);
    expect(latch.accept('198.51.100.1', 5000, now + 20)).toBe(false);
  }
  expect(where(latch)).toBe('192.0.2.1:4000');
});

it('comes back as soon as the place that SDP says is heard, and stays', () => {
  const latch = make();
  from(latch, '198.51.100.1', 5000, 5, 0);
  expect(latch.accept('192.0.2.1', 4000, 110)).toBe(true);
  expect(where(latch)).toBe('192.0.2.1:4000');
  expect(from(latch, '198.51.100.1', 5000, 40, 120)).toEqual(Array.from({ length: 40 }, () => false));
});

it('lets another source take over once the one before has been silent', () => {
  const latch = make(1);
  expect(latch.accept('198.51.100.1', 5000, 0)).toBe(true);
  expect(latch.accept('203.0.113.9', 5000, 500)).toBe(false);
  expect(latch.accept('198.51.100.1', 5001, 999)).toBe(false);
  expect(latch.accept('203.0.113.9', 5000, 1000)).toBe(true);
  expect(where(latch)).toBe('203.0.113.9:5000');
});

it('is decided anew by SDP that names another place, not by SDP that names the same', () => {
  const latch = make(1);
  latch.accept('198.51.100.1', 5000, 0);
  latch.announce('192.0.2.1', 4000);
  expect(where(latch)).toBe('198.51.100.1:5000');
  latch.announce('192.0.2.1', 4002);
  expect(where(latch)).toBe('192.0.2.1:4002');
  expect(latch.accept('203.0.113.9', 1, 10)).toBe(true);
});
