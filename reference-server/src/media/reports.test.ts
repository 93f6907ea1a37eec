import { describe, expect, it } from 'vitest';
import { buildRtcp, ntpOf, readRtcp } from './core/rtcp.ts';
import { createRtpView, type Ssrc } from './core/rtp.ts';
import { SendStream } from './core/send-stream.ts';
import { Reports } from './reports.ts';

const far = 9 as Ssrc;
const heard = (sequence: number) => ({ ...createRtpView(), ssrc: far, sequence, timestamp: sequence * 160 });

describe('RTCP of an endpoint', () => {
  it('reports first after half the interval, then about every five seconds, spread', () => {
    const reports = new Reports(new SendStream(1 as Ssrc, 0, 0), 'c', 0, () => 0.5);
    const times = Array.from({ length: 200 }, (_, i) => i * 100).filter((now) => reports.next(now, now) !== undefined);
    expect(times).toEqual([2500, 7500, 12_500, 17_500]);
  });

  it('sends SR while it sends, RR when it does not, and what it has received in both', () => {
    const stream = new SendStream(1 as Ssrc, 0, 500);
    const reports = new Reports(stream, 'c', 0, () => 0);
    stream.audio(new Uint8Array(12), 0, 160);
    for (const sequence of [1, 2, 4]) reports.heard(heard(sequence), sequence * 20);
    const sr = { ssrc: far, cname: 'far', sender: { ntp: ntpOf(65_536), rtpTimestamp: 0, packets: 1, octets: 1 } };
    reports.control(buildRtcp({ ...sr, reports: [] }), 1000);
    const [first] = readRtcp(reports.next(1500, 86_400_000) ?? new Uint8Array()) ?? [];
    expect(first).toMatchObject({
      type: 'sr',
      ssrc: 1,
      sender: { ntp: ntpOf(86_400_000), rtpTimestamp: 500, packets: 1, octets: 160 },
      reports: [{ ssrc: far, cumulativeLost: 1, highestSequence: 4, delaySinceLastSr: 32_768 }],
    });
    const bye = readRtcp(reports.bye(2000, 0) ?? new Uint8Array()) ?? [];
    expect(bye.map((packet) => packet.type)).toEqual(['rr', 'sdes', 'bye']);
  });

  it('says nothing of a source that was silent since the last report (RFC 3550 section 6.4), and goes on where it was', () => {
    const reports = new Reports(new SendStream(1 as Ssrc, 0, 0), 'c', 0, () => 0);
    const told = (now: number) => {
      const [first] = readRtcp(reports.next(now, now) ?? new Uint8Array()) ?? [];
      return first?.type === 'rr' ? first.reports : undefined;
    };
    for (const sequence of [1, 2, 3]) reports.heard(heard(sequence), sequence * 20);
    expect(told(5000)).toMatchObject([{ highestSequence: 3, cumulativeLost: 0 }]);
    expect(told(10_000)).toEqual([]);
    reports.heard(heard(5), 11_000);
    expect(told(15_000)).toMatchObject([{ highestSequence: 5, cumulativeLost: 1, fractionLost: 128 }]);
  });

  it.each<[string, (reports: Reports, stream: SendStream) => unknown, boolean]>([
    ['after nothing was sent', () => undefined, false],
    ['after packets came and none went', (reports) => reports.heard(heard(1), 20), false],
    ['after a report', (reports) => reports.next(5000, 5000), true],
    ['after RTP', (_reports, stream) => stream.audio(new Uint8Array(12), 0, 160), true],
  ])('says goodbye, or not, %s', (_name, before, expected) => {
    const stream = new SendStream(1 as Ssrc, 0, 0);
    const reports = new Reports(stream, 'c', 0, () => 0);
    before(reports, stream);
    expect(reports.bye(6000, 6000) !== undefined).toBe(expected);
  });

  it('passes over what is no RTCP', () => {
    const reports = new Reports(new SendStream(1 as Ssrc, 0, 0), 'c', 0, () => 0);
    expect(() => reports.control(Uint8Array.of(1, 2, 3), 0)).not.toThrow();
  });
});
