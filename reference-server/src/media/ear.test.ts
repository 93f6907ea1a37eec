import { describe, expect, it } from 'vitest';
import { tonesOfDigit } from './core/dtmf.ts';
import { encodeG711, PCMU } from './core/g711.ts';
import { createRtpView, type Ssrc } from './core/rtp.ts';
import { tone } from './core/tone.ts';
import { Ear } from './ear.ts';
import type { EndpointId, RemoteStream } from './messages.ts';

const remote: RemoteStream = {
  address: '127.0.0.1',
  port: 4000,
  rtcpPort: 4001,
  codec: 'PCMU',
  payloadType: 0,
  ptime: 20,
  send: true,
  receive: true,
};

/** What is heard of the voice whose packets of 20 ms come in this order. */
function keysOf(samples: Int16Array, order: (count: number) => readonly number[]): string {
  let keys = '';
  const ear = new Ear(1 as EndpointId, (digit, source) => (keys += source === 'inband' ? digit : '!'));
  ear.setRemote(remote);
  const octets = new Uint8Array(samples.length);
  encodeG711(PCMU, samples, octets);
  for (const index of order(samples.length / 160)) {
    const view = { ...createRtpView(), ssrc: 1 as Ssrc, sequence: 65530 + index, timestamp: index * 160 };
    view.sequence &= 0xffff;
    ear.audio(view, octets.subarray(index * 160, index * 160 + 160), 'PCMU');
  }
  return keys;
}

/** A key of 200 ms that begins anywhere in a packet. */
function pressed(digit: string, lead: number): Int16Array {
  const all = new Int16Array(20 * 160);
  all.set(tone(tonesOfDigit(digit), 200, { level: 0.2 }), 320 + lead);
  return all;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** Every fifth packet after the one that follows it. */
const overtaken = (first: number) => (count: number) =>
  numbers(count).map((index) =>
    index % 5 === first && index + 1 < count
      ? index + 1
      : index % 5 === (first + 1) % 5 && index > first
        ? index - 1
        : index,
  );

describe('a key in the voice', () => {
  it.each([
    ['in order', numbers],
    ['each twice', (count: number) => numbers(count).flatMap((index) => [index, index])],
    ['overtaken', overtaken(0)],
    ['overtaken elsewhere', overtaken(2)],
    ['every sixth lost', (count: number) => numbers(count).filter((index) => index % 6 !== 4)],
  ])('is one key, its packets %s', (_, order) => {
    for (const digit of '147*0D') {
      for (let lead = 0; lead < 160; lead += 20) expect(keysOf(pressed(digit, lead), order), `${lead}`).toBe(digit);
    }
  });
});
