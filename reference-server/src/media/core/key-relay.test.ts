import { describe, expect, it } from 'vitest';
import { KeyRelay } from './key-relay.ts';
import { KeyTones } from './key-tones.ts';
import { energy, powerAt } from './tone.ts';

const packet = (sequence: number, timestamp = 1000) => ({ ssrc: 1, sequence, timestamp, marker: sequence === 1 });
const key = (event: number, duration: number, end = false) =>
  Uint8Array.of(event, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);

describe('keys of another leg', () => {
  it.each([
    ['pass while packets pass', [true, true, true], ['pass', 'pass', 'pass']],
    ['are made once when they cannot', [false, false, false], [{ make: '7' }, 'drop', 'drop']],
    ['are not doubled when a prompt ends within one', [false, true, true], [{ make: '7' }, 'drop', 'drop']],
    ['are not doubled when a prompt begins within one', [true, false, true], ['pass', 'drop', 'pass']],
  ] as const)('%s', (_, can, fates) => {
    const relay = new KeyRelay();
    expect(can.map((each, i) => relay.receive(packet(i + 1), key(7, 160 * (i + 1), i === 2), each))).toEqual(fates);
  });

  it('are told apart', () => {
    const relay = new KeyRelay();
    expect(relay.receive(packet(1), key(7, 160), false)).toEqual({ make: '7' });
    expect(relay.receive(packet(2, 5000), key(8, 160), true)).toBe('pass');
    expect(relay.receive(packet(3, 5000), Uint8Array.of(1), true)).toBe('pass');
  });
});

it('keys as tones are 100 ms long, 60 ms apart, and add to what is there', () => {
  const tones = new KeyTones();
  tones.press('1');
  tones.press('D');
  const sum = new Int16Array(3000).fill(100);
  tones.addTo(sum);
  expect(tones.busy).toBe(false);
  expect(powerAt(sum.subarray(0, 800), 697)).toBeGreaterThan(1e7);
  expect(powerAt(sum.subarray(1280, 2080), 1633)).toBeGreaterThan(1e7);
  expect(energy(sum.subarray(800, 1280))).toBe(10_000);
  expect(energy(sum.subarray(2560))).toBe(10_000);
});
