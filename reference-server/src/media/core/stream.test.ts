import { describe, expect, it } from 'vitest';
import { createRtpView, type RtpView, readRtp, type Ssrc } from './rtp.ts';
import { SendStream } from './send-stream.ts';

const header = (write: (packet: Uint8Array) => void): RtpView => {
  const packet = new Uint8Array(12);
  write(packet);
  const view = createRtpView();
  expect(readRtp(packet, view)).toBe(true);
  return view;
};
const foreign = (sequence: number, timestamp: number, ssrc = 77): RtpView => ({
  ...createRtpView(),
  sequence,
  timestamp,
  ssrc: ssrc as Ssrc,
});

describe('the stream sent', () => {
  const at = ({ sequence, timestamp, marker }: RtpView) => [sequence, timestamp, marker];

  it('counts on across the wraps, marked at its start and after a gap', () => {
    const stream = new SendStream(1 as Ssrc, 65535, 2 ** 32 - 160);
    const audio = () => {
      const view = header((packet) => stream.audio(packet, 0, 160));
      stream.pass(160);
      return at(view);
    };
    expect(audio()).toEqual([65535, 2 ** 32 - 160, true]);
    expect(audio()).toEqual([0, 0, false]);
    stream.gap();
    stream.pass(160);
    expect(audio()).toEqual([1, 320, true]);
    expect([stream.packets, stream.octets]).toEqual([3, 480]);
  });

  it('puts events under the time of their beginning', () => {
    const stream = new SendStream(1 as Ssrc, 5, 1000);
    expect(at(header((packet) => stream.event(packet, 101, 320, true)))).toEqual([5, 680, true]);
  });

  it('passes on the losses and the order of another stream, and goes on behind it', () => {
    const stream = new SendStream(1 as Ssrc, 100, 5000);
    header((packet) => stream.audio(packet, 0, 160));
    stream.pass(160);
    const relay = (view: RtpView) => {
      const [sequence, timestamp] = at(header((packet) => stream.relay(packet, view, 0, 160, 160)));
      return [sequence, timestamp];
    };
    expect(relay(foreign(65535, 900))).toEqual([101, 5160]);
    expect(relay(foreign(2, 1380))).toEqual([104, 5640]);
    expect(relay(foreign(1, 1220))).toEqual([103, 5480]);
    expect(relay(foreign(3, 1540))).toEqual([105, 5800]);
    // Another source, and a jump of the same: both join where the stream is.
    expect(relay(foreign(9000, 4_000_000_000, 78))).toEqual([106, 5960]);
    expect(relay(foreign(20_000, 77, 78))).toEqual([107, 6120]);
    expect(at(header((packet) => stream.audio(packet, 0, 160)))).toEqual([108, 6280, false]);
  });
});
