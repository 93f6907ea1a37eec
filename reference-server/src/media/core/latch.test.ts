import { expect, it } from 'vitest';
import { Latch } from './latch.ts';
import type { Ssrc } from './rtp.ts';

const named = { address: '10.0.0.7', port: 4000 };
const make = (trial = 3): Latch => new Latch(named.address, named.port, { silence: 1000, trial });
const ssrc = 5 as Ssrc;
const where = (latch: Latch): string => `${latch.address}:${latch.port}`;
/** Packets that come from one place, one a step of 20 ms; gives which of them counted. */
const from = (latch: Latch, address: string, port: number, count: number, now: number): boolean[] =>
  Array.from({ length: count }, (_, i) => latch.accept(address, port, now + i * 20, { ssrc, sequence: i }));

it('sends where SDP says, and takes what comes from there', () => {
  const latch = make();
  expect(where(latch)).toBe('10.0.0.7:4000');
  expect(from(latch, '10.0.0.7', 4000, 3, 0)).toEqual([true, true, true]);
  expect(where(latch)).toBe('10.0.0.7:4000');
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
  expect(where(latch)).toBe('10.0.0.7:4000');
});

it('comes back as soon as the place that SDP says is heard, and stays', () => {
  const latch = make();
  from(latch, '198.51.100.1', 5000, 5, 0);
  expect(latch.accept('10.0.0.7', 4000, 110)).toBe(true);
  expect(where(latch)).toBe('10.0.0.7:4000');
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
  latch.announce('10.0.0.7', 4000);
  expect(where(latch)).toBe('198.51.100.1:5000');
  latch.announce('10.0.0.7', 4002);
  expect(where(latch)).toBe('10.0.0.7:4002');
  expect(latch.accept('203.0.113.9', 1, 10)).toBe(true);
});

it.each([
  ['of a public address', '192.0.2.1', '198.51.100.1', false],
  ['of a public IPv6 address', '2001:db8::1', '2001:db8::2', false],
  ['of loopback', '127.0.0.1', '127.0.0.2', false],
  ['of an address next to the private ones', '172.32.0.1', '198.51.100.1', false],
  ['of 10/8', '10.9.8.7', '198.51.100.1', true],
  ['of 172.16/12', '172.31.0.1', '198.51.100.1', true],
  ['of 192.168/16', '192.168.1.1', '198.51.100.1', true],
  ['of 100.64/10', '100.127.0.1', '198.51.100.1', true],
  ['of a link', '169.254.0.1', '198.51.100.1', true],
  ['of no host', '0.0.0.0', '198.51.100.1', true],
  ['of fc00::/7', 'fd00::1', '2001:db8::2', true],
])('follows another host than the one %s: %s, %s: %s', (_name, address, other, follows) => {
  const latch = new Latch(address, 4000, { silence: 1000, trial: 3 });
  expect(from(latch, other, 5000, 3, 0).at(-1)).toBe(follows);
  expect(where(latch)).toBe(follows ? `${other}:5000` : `${address}:4000`);
});

it('follows another port of a public host, and again another one after a silence', () => {
  const latch = new Latch('192.0.2.1', 4000, { silence: 1000, trial: 3 });
  expect(from(latch, '192.0.2.1', 5000, 3, 0).at(-1)).toBe(true);
  expect(from(latch, '198.51.100.1', 5000, 10, 2000).at(-1)).toBe(false);
  expect(from(latch, '192.0.2.1', 6000, 3, 3000).at(-1)).toBe(true);
  expect(where(latch)).toBe('192.0.2.1:6000');
});

it('knows an IPv6 host however SDP spells it', () => {
  const latch = new Latch('2001:0DB8:0::1', 4000, { silence: 1000, trial: 3 });
  expect(latch.accept('2001:db8::1', 4000, 0)).toBe(true);
  expect(from(latch, '2001:db8::1', 5000, 3, 1000).at(-1)).toBe(true);
});

it('follows no other host once the place that SDP says was heard, however long it is silent', () => {
  const latch = make();
  latch.accept(named.address, named.port, 0);
  expect(from(latch, '198.51.100.1', 5000, 50, 60_000).at(-1)).toBe(false);
  expect(from(latch, named.address, 5000, 3, 70_000).at(-1)).toBe(true);
});

it('takes packets for a stream only when they have one SSRC and go on', () => {
  const latch = make();
  const other = (i: number, sequence: number, source: number) =>
    latch.accept(named.address, 5000, i * 20, { ssrc: source as Ssrc, sequence });
  const outcomes = Array.from({ length: 100 }, (_, i) => other(i, i, i));
  outcomes.push(...Array.from({ length: 100 }, (_, i) => other(100 + i, 7, 7)));
  expect(new Set(outcomes)).toEqual(new Set([false]));
  expect([65534, 65535, 65535, 1].map((sequence, i) => other(200 + i, sequence, 9))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

it.each([
  ['a private address in SDP, a stranger', '10.0.0.7', '203.0.113.9', false],
  ['a private address in SDP, the host of the signalling', '10.0.0.7', '198.51.100.1', true],
  ['a public address in SDP that is wrong, a stranger', '192.0.2.1', '203.0.113.9', false],
  ['a public address in SDP that is wrong, the host of the signalling', '192.0.2.1', '198.51.100.1', true],
])('follows the host of the signalling alone when it is known: %s', (_name, address, other, follows) => {
  const latch = new Latch(address, 4000, { silence: 1000, trial: 3 }, '198.51.100.1');
  expect(from(latch, other, 5000, 50, 0).at(-1)).toBe(follows);
  expect(where(latch)).toBe(follows ? `${other}:5000` : `${address}:4000`);
});

it('does not follow the host of the signalling once the place that SDP says was heard', () => {
  const latch = new Latch(named.address, named.port, { silence: 1000, trial: 3 }, '198.51.100.1');
  latch.accept(named.address, named.port, 0);
  expect(from(latch, '198.51.100.1', 5000, 50, 60_000).at(-1)).toBe(false);
});
