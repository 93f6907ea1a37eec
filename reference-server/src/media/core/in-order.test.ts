import { describe, expect, it } from 'vitest';
import { tonesOfDigit } from './dtmf.ts';
import { DtmfDetector } from './dtmf-detector.ts';
import { InOrder } from './in-order.ts';
import { tone } from './tone.ts';

/** What is handed on of packets with these numbers; `!` where something before them is missing. */
function order(sequences: readonly number[], ssrcOf: (index: number) => number = () => 1): string {
  const inOrder = new InOrder();
  const out: string[] = [];
  // Where packets arrive is used again for the next one; and the slice of a Buffer is no copy.
  const slot = Buffer.alloc(1);
  for (const [index, sequence] of sequences.entries()) {
    slot[0] = sequence & 0xff;
    inOrder.put(
      { ssrc: ssrcOf(index), sequence: sequence & 0xffff, timestamp: sequence * 160 },
      slot,
      (timestamp, payload, lost) => {
        expect(payload[0]).toBe((timestamp / 160) & 0xff);
        out.push(`${lost ? '!' : ''}${timestamp / 160}`);
      },
    );
  }
  return out.join(' ');
}

it.each([
  ['in order', [1, 2, 3], '1 2 3'],
  ['overtaken', [1, 3, 2, 4], '1 2 3 4'],
  ['overtaken by two', [1, 3, 4, 2, 5], '1 2 3 4 5'],
  ['lost', [1, 3, 4, 5, 6], '1 !3 4 5 6'],
  ['two lost', [1, 4, 5, 6, 7], '1 !4 5 6 7'],
  ['two holes', [1, 3, 5, 6, 7, 8], '1 !3 !5 6 7 8'],
  ['twice', [1, 2, 2, 3, 3, 4], '1 2 3 4'],
  ['twice while it waits', [1, 3, 3, 2, 4], '1 2 3 4'],
  ['too late', [1, 3, 4, 5, 2, 6], '1 !3 4 5 6'],
  ['across the wrap', [65535, 65537, 65536, 65538], '65535 65536 65537 65538'],
  ['a leap', [1, 2, 900, 901], '1 2 900 901'],
])('%s', (_, sequences, expected) => {
  expect(order(sequences)).toBe(expected);
});

it('hands on what waits before another source begins', () => {
  expect(order([1, 3, 70, 71], (index) => (index < 2 ? 1 : 2))).toBe('1 !3 70 71');
});

/** A key in a voice stream, whose packets meet these fates in turn. */
type Fate = 'ok' | 'late' | 'lost' | 'doubled';

function keysHeard(digit: string, milliseconds: number, lead: number, fate: (index: number) => Fate): string {
  const sound = tone(tonesOfDigit(digit), milliseconds, { level: 0.2 });
  const all = new Int16Array(Math.ceil((lead + sound.length + 960) / 160) * 160);
  all.set(sound, lead);
  const sent: number[] = [];
  let held: number[] = [];
  for (let index = 0; index * 160 < all.length; index++) {
    const behind = held;
    held = [];
    const what = fate(index);
    if (what === 'late') held = [index];
    if (what === 'ok' || what === 'doubled') sent.push(index);
    if (what === 'doubled') sent.push(index);
    sent.push(...behind);
  }
  const detector = new DtmfDetector();
  const inOrder = new InOrder();
  let keys = '';
  for (const index of sent) {
    const samples = all.subarray(index * 160, index * 160 + 160);
    const packet = { ssrc: 1, sequence: index, timestamp: index * 160 };
    inOrder.put(packet, new Uint8Array(samples.buffer, samples.byteOffset, 320), (_, payload, lost) => {
      if (lost) detector.gap();
      detector.hear(new Int16Array(payload.buffer, payload.byteOffset, 160), (key) => (keys += key));
    });
  }
  return keys;
}

describe('a key in the voice is one key, wherever it lies in the packets', () => {
  const fates: Readonly<Record<string, (index: number) => Fate>> = {
    'every second late': (i) => (i % 2 === 1 ? 'late' : 'ok'),
    'every third late': (i) => (i % 3 === 1 ? 'late' : 'ok'),
    'every fifth late': (i) => (i % 5 === 1 ? 'late' : 'ok'),
    'all doubled': () => 'doubled',
    'every sixth lost': (i) => (i % 6 === 3 ? 'lost' : 'ok'),
    'late, lost and doubled in turn': (i) => (['late', 'ok', 'lost', 'ok', 'doubled', 'ok'] as const)[i % 6] ?? 'ok',
  };
  it.each(
    Object.entries(fates).flatMap(([name, fate]) =>
      [100, 160, 200].map((milliseconds) => [name, milliseconds, fate] as const),
    ),
  )('%s, %i ms', (_, milliseconds, fate) => {
    for (const digit of '159D') {
      for (let lead = 320; lead < 480; lead += 32) {
        for (let shift = 0; shift < 6; shift++) {
          const keys = keysHeard(digit, milliseconds, lead, (index) => fate(index + shift));
          expect(keys, `${digit} at ${lead}, fates moved by ${shift}`).toBe(digit);
        }
      }
    }
  });
});
