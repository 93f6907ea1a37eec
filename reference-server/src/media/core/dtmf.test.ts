import { describe, expect, it } from 'vitest';
import { digitOfEvent, eventOfDigit, tonesOfDigit } from './dtmf.ts';
import { DtmfReceiver } from './dtmf-receiver.ts';
import { DtmfSender } from './dtmf-sender.ts';

interface Sent {
  readonly event: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly duration: number;
  readonly end?: boolean;
  readonly marker?: boolean;
  readonly ssrc?: number;
}

function digits(packets: readonly Sent[]): string {
  const receiver = new DtmfReceiver();
  let heard = '';
  for (const { event, sequence, timestamp, duration, end = false, marker = false, ssrc = 1 } of packets) {
    const payload = Uint8Array.of(event, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
    heard += receiver.receive({ ssrc, sequence, timestamp, marker }, payload) ?? '';
  }
  return heard;
}

/** A press of 100 ms: five packets, the last end sent three times. */
function press(event: number, sequence: number, timestamp: number): Sent[] {
  const updates = [160, 320, 480, 640].map((duration, i) => ({
    event,
    sequence: sequence + i,
    timestamp,
    duration,
    marker: i === 0,
  }));
  const ends = [4, 5, 6].map((i) => ({ event, sequence: sequence + i, timestamp, duration: 800, end: true }));
  return [...updates, ...ends];
}

const one = press(1, 100, 1000);
const again = press(1, 107, 3000);
const two = press(2, 107, 3000);

describe('RFC 4733 receiver', () => {
  it.each<[string, Sent[], string]>([
    ['a press', one, '1'],
    ['two presses of one key', [...one, ...again], '11'],
    ['two keys', [...one, ...two], '12'],
    ['every packet twice', one.flatMap((packet) => [packet, packet]), '1'],
    ['all ends lost', [...one.slice(0, 4), ...again.slice(0, 4)], '11'],
    ['the first packets lost', [...one.slice(2), ...again.slice(3)], '11'],
    ['only an end comes through', [...one.slice(6), ...again.slice(5, 6)], '11'],
    ['ends and beginnings lost', [...one.slice(0, 2), ...again.slice(3)], '11'],
    ['no markers', [...one, ...two].map((packet) => ({ ...packet, marker: false })), '12'],
    ['a press backwards', one.toReversed(), '1'],
    [
      'the end of one in the midst of the next',
      [...one.slice(0, 5), ...two.slice(0, 2), ...one.slice(5), ...two],
      '12',
    ],
    ['a whole press overtaken by the next', [...two, ...one], '21'],
    ['a press of another source', [...one, ...one.map((packet) => ({ ...packet, ssrc: 2 }))], '11'],
    ['two keys under one timestamp', [...one, ...press(2, 107, 1000)], '12'],
    ['one key twice under one timestamp', [...one, ...press(1, 107, 1000)], '11'],
    ['a timestamp that runs along', one.map((p) => ({ ...p, timestamp: p.timestamp + p.duration })), '1'],
    [
      'across the wraps',
      [...press(1, 65533, 2 ** 32 - 100), ...press(2, 65540, 1500)].map((p) => ({
        ...p,
        sequence: p.sequence & 0xffff,
      })),
      '12',
    ],
    ['ten in a row', Array.from({ length: 10 }, (_, n) => press(n, n * 7, n * 1600)).flat(), '0123456789'],
    ['flash is no key', press(16, 0, 0), ''],
  ])('%s', (_, packets, heard) => {
    expect(digits(packets)).toBe(heard);
  });

  it('goes on with an event that is longer than its duration field', () => {
    const long = Array.from({ length: 900 }, (_, i): Sent => {
      const samples = (i + 1) * 160;
      const segment = Math.floor((samples - 1) / 0xffff);
      return {
        event: 5,
        sequence: i,
        timestamp: segment * 0xffff,
        duration: samples - segment * 0xffff,
        marker: i === 0,
      };
    });
    expect(digits(long)).toBe('5');
  });

  it('passes over payloads that are cut', () => {
    expect(
      new DtmfReceiver().receive({ ssrc: 1, sequence: 1, timestamp: 1, marker: true }, Uint8Array.of(1, 0, 0)),
    ).toBe(undefined);
  });
});

describe('RFC 4733 sender', () => {
  function sent(keys: readonly [string, number][], ticks: number): (Sent | undefined)[] {
    const sender = new DtmfSender({ pauseSamples: 400 });
    for (const [key, duration] of keys) sender.send(key, duration);
    return Array.from({ length: ticks }, (_, tick) => {
      const packet = sender.next(160);
      if (packet === undefined) return undefined;
      const [event = 0, flags = 0, high = 0, low = 0] = packet.payload;
      return {
        event,
        sequence: tick,
        timestamp: tick * 160 - packet.age,
        duration: high * 256 + low,
        end: flags >= 0x80,
        marker: packet.marker,
      };
    });
  }

  it('sends a press of 50 ms, its end three times, under one timestamp', () => {
    const packets = sent([['7', 400]], 8);
    expect(packets.map((packet) => packet?.duration)).toEqual([
      160,
      320,
      400,
      400,
      400,
      undefined,
      undefined,
      undefined,
    ]);
    expect(packets.map((packet) => packet?.end)).toEqual([false, false, true, true, true, ...Array(3).fill(undefined)]);
    expect(packets.slice(0, 5).map((packet) => packet?.timestamp)).toEqual([0, 0, 0, 0, 0]);
    expect(packets.map((packet) => packet?.marker)).toEqual([
      true,
      false,
      false,
      false,
      false,
      ...Array(3).fill(undefined),
    ]);
  });

  it('is understood by the receiver', () => {
    const keys = '0123456789*#ABCD';
    const packets = sent(
      [...keys].map((key) => [key, 800]),
      400,
    ).filter((packet) => packet !== undefined);
    expect(digits(packets)).toBe(keys);
  });

  it.each([
    ['no key', 'x', 800],
    ['two keys', '12', 800],
    ['no duration', '1', 0],
    ['a duration over 16 bits', '1', 65536],
  ])('refuses %s', (_, digit, duration) => {
    expect(() => new DtmfSender({ pauseSamples: 0 }).send(digit, duration)).toThrow(RangeError);
  });
});

it('names keys both ways', () => {
  for (let event = 0; event < 16; event++) expect(eventOfDigit(digitOfEvent(event) ?? '')).toBe(event);
  expect(tonesOfDigit('5')).toEqual([770, 1336]);
  expect(() => tonesOfDigit('')).toThrow(RangeError);
});
