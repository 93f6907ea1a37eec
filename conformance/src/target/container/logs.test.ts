import { expect, it } from 'vitest';
import { linesOf, unframed } from './logs.ts';

const framed = (octets: readonly number[]): Buffer => Buffer.from([1, 0, 0, 0, 0, 0, 0, octets.length, ...octets]);
const frame = (stream: number, text: string): Buffer => {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

it.each<[string, Buffer, string]>([
  ['both streams in order', Buffer.concat([frame(1, 'a\n'), frame(2, 'b\n'), frame(1, 'c')]), 'a\nb\nc'],
  ['a character in two pieces', Buffer.concat([framed([0xc3]), framed([0xa9])]), 'é'],
  ['nothing', Buffer.alloc(0), ''],
  ['a piece cut off at its end', frame(1, 'whole').subarray(0, 10), 'wh'],
])('%s', (_name, bytes, text) => {
  expect(unframed(bytes)).toBe(text);
});

it('shows no empty lines', () => {
  expect(linesOf('a\n\n b \n')).toEqual(['a', ' b ']);
});
