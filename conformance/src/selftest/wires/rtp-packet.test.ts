import { expect, it } from 'vitest';
import { readPacket, writePacket } from './rtp-packet.ts';

const plain = Buffer.from('80e5000a000000a0deadbeef0a800320', 'hex');
const rich = Buffer.from(
  // A CSRC, an extension of one word, payload type 8.
  '9108ffff00000140cafebabe00000007bede0001010203040506d5',
  'hex',
);

it('reads the fields of RFC 3550 5.1', () => {
  expect(readPacket(plain)).toMatchObject({
    marker: true,
    payloadType: 101,
    sequence: 10,
    timestamp: 160,
    ssrc: 0xdeadbeef,
    payload: Buffer.from('0a800320', 'hex'),
  });
});

it.each([
  ['a plain one', plain],
  ['one with CSRC and extension', rich],
])('writes %s as it was read', (_name, bytes) => {
  const packet = readPacket(bytes);
  expect(packet && writePacket(packet)).toEqual(bytes);
});

it.each([
  ['too short', plain.subarray(0, 11)],
  ['of another version', Buffer.concat([Buffer.from([0x40]), plain.subarray(1)])],
  ['with an extension that is not whole', rich.subarray(0, 18)],
])('takes what is %s for none', (_name, bytes) => {
  expect(readPacket(bytes)).toBeUndefined();
});
