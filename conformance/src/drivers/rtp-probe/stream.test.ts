import { packets as rtp } from 'rtp.js';
import { describe, expect, it } from 'vitest';
import { tone, toneSegments } from './analysis.ts';
import { Sender } from './sender.ts';
import { ReceivedStream } from './stream.ts';
import { eventCode, eventPackets } from './telephone-event.ts';

const sender = (): Sender => {
  const values = [0xdead_beef, 0xff_fa, 0xffff_fff0];
  return new Sender('PCMU', 101, () => values.shift() ?? 0);
};

/** All datagrams of a sender until its queue is empty, with the time of their turn. */
function drain(from: Sender, turns = 1000): { at: number; bytes: Uint8Array }[] {
  const sent: { at: number; bytes: Uint8Array }[] = [];
  for (let n = 0; n < turns && (n === 0 || !from.idle); n++)
    for (const bytes of from.turn().datagrams) sent.push({ at: n * 20, bytes });
  return sent;
}

function receive(datagrams: readonly { at: number; bytes: Uint8Array }[]): ReceivedStream {
  const stream = new ReceivedStream(101);
  for (const { at, bytes } of datagrams) stream.push(at, bytes, '127.0.0.1:4000');
  return stream;
}

it('carries GSM: a frame of 33 octets for 20 ms, which counts as silence', () => {
  const one = new Sender('GSM', 101, () => 7);
  one.addPcm(1, tone(440, 200));
  const sent = drain(one);
  const stream = receive(sent);
  expect(new Set(sent.map(({ bytes }) => bytes.length))).toEqual(new Set([45]));
  expect(stream.stats()).toMatchObject({ packets: 10, payloadTypes: [3], timestampBreaks: 0 });
  expect(stream.audio().pcm).toEqual(new Int16Array(1600));
});

it('changes the codec within one stream and one tone: from the next packet on nothing is of another payload type', () => {
  const one = sender();
  one.addPcm(1, tone(440, 400, -16));
  const before = drain(one, 10);
  one.speak('PCMA');
  one.addDigits(2, '5', { durationMs: 60 });
  one.addPcm(3, tone(440, 400, -16));
  const after = drain(one);
  expect(receive(before).stats().payloadTypes).toEqual([0]);
  expect(receive(after).stats().payloadTypes).toEqual([8, 101]);
  const whole = receive([...before, ...after.map(({ at, bytes }) => ({ at: at + 200, bytes }))]);
  expect(whole.stats()).toMatchObject({ lost: 0, sequenceBreaks: 0, timestampBreaks: 0, ssrcs: [0xdead_beef] });
  const [heard] = toneSegments(whole.audio().pcm);
  expect(heard?.startMs).toBe(0);
  expect(Math.abs((heard?.durationMs ?? 0) - 400)).toBeLessThan(5);
  expect(heard?.levelDb).toBeCloseTo(-16, 0);
});

function sentTone(durationMs = 1000): { at: number; bytes: Uint8Array }[] {
  const one = sender();
  one.addPcm(1, tone(440, durationMs));
  return drain(one);
}

describe('a stream that is as it should be', () => {
  it('measures so, across the wrap of sequence number and timestamp', () => {
    expect(receive(sentTone()).stats()).toEqual({
      packets: 50,
      bytes: 50 * 172,
      lost: 0,
      duplicates: 0,
      reordered: 0,
      jitterMs: 0,
      pacing: { median: 20, p99: 20, max: 20, min: 20 },
      bursts: 0,
      sequenceBreaks: 0,
      timestampBreaks: 0,
      ssrcs: [0xdead_beef],
      payloadTypes: [0],
      markers: 1,
      malformed: 0,
      rtcp: 0,
      firstAt: 0,
      lastAt: 980,
      sources: ['127.0.0.1:4000'],
    });
  });

  it('gives back its audio', () => {
    const { pcm } = receive(sentTone()).audio();
    expect(pcm).toHaveLength(8000);
    expect(toneSegments(pcm)[0]).toMatchObject({ startMs: 0, durationMs: 1000 });
  });
});

describe('a stream with a fault', () => {
  const broken = (change: (sent: { at: number; bytes: Uint8Array }[]) => void): ReceivedStream => {
    const sent = sentTone().map(({ at, bytes }) => ({ at, bytes: bytes.slice() }));
    change(sent);
    return receive(sent);
  };
  const retime = (sent: { at: number }[], change: (at: number) => number): void => {
    for (const one of sent) one.at = change(one.at);
  };
  const edit = (bytes: Uint8Array | undefined, change: (packet: rtp.RtpPacket) => void): Uint8Array => {
    const packet = new rtp.RtpPacket(new DataView((bytes ?? new Uint8Array()).slice().buffer));
    change(packet);
    const view = packet.getView();
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  };

  it.each([
    [
      'two packets lost',
      (s: { at: number; bytes: Uint8Array }[]) => void s.splice(10, 2),
      { lost: 2, sequenceBreaks: 1, timestampBreaks: 0 },
    ],
    [
      'one twice',
      (s) => void s.splice(10, 0, ...s.slice(10, 11)),
      { duplicates: 1, lost: 0, sequenceBreaks: 0, bursts: 1 },
    ],
    [
      'two exchanged',
      (s) =>
        void s.splice(
          10,
          2,
          { at: 200, bytes: s[11]?.bytes ?? new Uint8Array() },
          { at: 220, bytes: s[10]?.bytes ?? new Uint8Array() },
        ),
      { reordered: 1, lost: 0 },
    ],
    [
      'one late',
      (s) => void s.splice(10, 1, { at: 215, bytes: s[10]?.bytes ?? new Uint8Array() }),
      { pacing: { median: 20, max: 35, min: 5 } },
    ],
    ['a burst', (s) => retime(s, (at) => (at < 500 ? at : 500 + (at - 500) / 20)), { bursts: 24 }],
    [
      'a timestamp that stands still',
      (s) =>
        void s.splice(10, 1, {
          at: 200,
          bytes: edit(s[10]?.bytes, (p) => p.setTimestamp((p.getTimestamp() - 160) >>> 0)),
        }),
      { timestampBreaks: 2 },
    ],
    [
      'another SSRC in between',
      (s) => void s.splice(10, 1, { at: 200, bytes: edit(s[10]?.bytes, (p) => p.setSsrc(7)) }),
      { ssrcs: [0xdead_beef, 7], lost: 1 },
    ],
    ['rubbish', (s) => void s.push({ at: 1000, bytes: Uint8Array.of(1, 2, 3) }), { malformed: 1, packets: 50 }],
    [
      'RTCP',
      (s) => void s.push({ at: 1000, bytes: new Uint8Array(new rtp.ReceiverReportPacket().getView().buffer) }),
      { rtcp: 1, packets: 50, malformed: 0 },
    ],
  ] satisfies [string, (sent: { at: number; bytes: Uint8Array }[]) => void, object][])(
    'shows %s',
    (_, change, expected) => {
      expect(broken(change).stats()).toMatchObject(expected);
    },
  );

  it('has jitter by the formula of RFC 3550', () => {
    const stream = broken((sent) => retime(sent, (at) => at + (at % 40 === 0 ? 0 : 4)));
    // Each transit differs by 4 ms from the one before: the estimate approaches 4.
    expect(stream.stats().jitterMs).toBeCloseTo(4 * (1 - (15 / 16) ** 49), 6);
  });
});

describe('digits', () => {
  const sendDigits = (digits: string, options = {}): ReceivedStream => {
    const one = sender();
    one.addDigits(1, digits, options);
    return receive(drain(one));
  };
  it('arrive one event each', () => {
    expect(sendDigits('5#').events()).toEqual([
      { at: 0, digit: '5', durationMs: 160, volume: 10, packets: 10, endPackets: 3, marker: true },
      { at: 280, digit: '#', durationMs: 160, volume: 10, packets: 10, endPackets: 3, marker: true },
    ]);
  });
  it.each([
    ['without a marker', { marker: false }, { marker: false, endPackets: 3 }],
    ['with lost end packets', { endPackets: 0 as const }, { endPackets: 0, durationMs: 140 }],
    ['with every packet twice', { copies: 2 }, { packets: 20, endPackets: 6 }],
    ['shorter', { durationMs: 40 }, { durationMs: 40, packets: 4 }],
    ['of one packet', { durationMs: 20 }, { durationMs: 20, packets: 3, marker: true }],
    ['louder', { volume: 3 }, { volume: 3 }],
  ])('can be sent %s', (_, options, expected) => {
    expect(sendDigits('1', options).events()).toEqual([expect.objectContaining({ digit: '1', ...expected })]);
  });
  it('twice the same are two', () => {
    expect(sendDigits('77').events()).toHaveLength(2);
  });
  it('share the sequence numbers of the audio around them', () => {
    const one = sender();
    one.keepSending = true;
    for (let n = 0; n < 3; n++) one.turn();
    one.addDigits(1, '1', {});
    const stats = receive(drain(one, 30)).stats();
    expect(stats).toMatchObject({ sequenceBreaks: 0, timestampBreaks: 0, payloadTypes: [101, 0] });
  });
  it.each(['x', '12', ''])('must be digits: %j', (digit) => {
    expect(() => eventCode(digit)).toThrow(/is not a DTMF digit/);
  });
  it('grow by 160 samples a packet', () => {
    expect(
      eventPackets('0', { durationMs: 60 }).map(({ payload }) =>
        payload[2] === undefined ? 0 : payload[2] * 256 + (payload[3] ?? 0),
      ),
    ).toEqual([160, 320, 480, 480, 480]);
  });
});

it('a sender says when a piece is done, and marks the packet after a pause', () => {
  const one = sender();
  one.addPcm(7, tone(440, 40));
  expect(one.turn().completed).toEqual([]);
  expect(one.turn().completed).toEqual([7]);
  expect(one.turn().datagrams).toEqual([]);
  one.addPcm(8, tone(440, 40));
  const marked = drain(one).map(({ bytes }) =>
    new rtp.RtpPacket(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)).getMarker(),
  );
  expect(marked).toEqual([true, false]);
});

it('a pause is one packet of comfort noise, and the voice behind it goes on in time with the marker', () => {
  const one = sender();
  one.addPcm(1, tone(440, 100));
  one.addPause(2, -50, 200);
  one.addPcm(3, tone(440, 100));
  const sent = drain(one);
  const packets = receive(sent).packets();
  expect(packets.map(({ payloadType }) => payloadType)).toEqual([0, 0, 0, 0, 0, 13, 0, 0, 0, 0, 0]);
  expect(packets[5]).toMatchObject({ payloadBytes: 1, noiseDb: -50, marker: false });
  expect(packets[6]?.marker).toBe(true);
  expect(((packets[6]?.timestamp ?? 0) - (packets[5]?.timestamp ?? 0)) | 0).toBe(10 * 160);
  expect(((packets[6]?.sequence ?? 0) - (packets[5]?.sequence ?? 0)) & 0xffff).toBe(1);
  expect(packets.slice(1).map(({ at }, i) => at - (packets[i]?.at ?? 0))).toEqual([
    20, 20, 20, 20, 20, 200, 20, 20, 20, 20,
  ]);
});
