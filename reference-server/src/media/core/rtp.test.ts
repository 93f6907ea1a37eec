import { describe, expect, it } from 'vitest';
import { buildRtp, createRtpView, readRtp, type Ssrc, sequenceDistance, timestampDistance } from './rtp.ts';

const ssrc = 0xdeadbeef as Ssrc;
const base = { marker: false, payloadType: 0, sequence: 1, timestamp: 2, ssrc, payload: Uint8Array.of(1, 2, 3) };

describe('RTP packets', () => {
  it.each([
    ['plain', base],
    ['marker, highest numbers', { ...base, marker: true, payloadType: 127, sequence: 65535, timestamp: 2 ** 32 - 1 }],
    ['CSRC list', { ...base, csrc: [1, 2 ** 32 - 1] }],
    ['header extension', { ...base, extension: { profile: 0xbede, data: Uint8Array.of(9, 8, 7, 6, 5) } }],
    ['empty header extension', { ...base, extension: { profile: 1, data: new Uint8Array(0) } }],
    ['padding', { ...base, padding: 4 }],
    ['everything', { ...base, csrc: [7], extension: { profile: 2, data: Uint8Array.of(1) }, padding: 255 }],
    ['no payload', { ...base, payload: new Uint8Array(0) }],
  ])('come back as they were built: %s', (_, packet) => {
    const bytes = buildRtp(packet);
    const view = createRtpView();
    expect(readRtp(bytes, view)).toBe(true);
    expect(view).toMatchObject({
      marker: packet.marker,
      payloadType: packet.payloadType,
      sequence: packet.sequence,
      timestamp: packet.timestamp,
      ssrc,
      csrcCount: 'csrc' in packet ? packet.csrc.length : 0,
      extensionProfile: 'extension' in packet ? packet.extension.profile : -1,
    });
    expect(bytes.subarray(view.payloadStart, view.payloadEnd)).toEqual(packet.payload);
    if ('extension' in packet) {
      expect(view.extensionEnd - view.extensionStart).toBe(Math.ceil(packet.extension.data.length / 4) * 4);
    }
  });

  const whole = buildRtp({ ...base, csrc: [7], extension: { profile: 2, data: Uint8Array.of(1) }, padding: 2 });
  const changed = (at: number, value: number): Uint8Array =>
    Uint8Array.from(whole, (old, i) => (i === at ? value : old));
  it.each([
    ['nothing', new Uint8Array(0)],
    ['eleven bytes', whole.subarray(0, 11)],
    ['version 1', changed(0, 0x40)],
    ['version 3', changed(0, 0xc0)],
    ['CSRC list beyond the end', changed(0, 0x8f).subarray(0, 20)],
    ['extension beyond the end', changed(19, 200)],
    [
      'extension cut before its length',
      buildRtp(base)
        .map((b, i) => (i === 0 ? 0x90 : b))
        .subarray(0, 14),
    ],
    ['more padding than bytes', changed(whole.length - 1, 200)],
    ['padding of zero', changed(whole.length - 1, 0)],
    ['an RTCP sender report', Uint8Array.from({ length: 28 }, (_, i) => [0x80, 200, 0, 6][i] ?? 0)],
  ])('refuses %s', (_, bytes) => {
    expect(readRtp(bytes, createRtpView())).toBe(false);
  });

  it('counts across the wrap', () => {
    expect(sequenceDistance(2, 65534)).toBe(4);
    expect(sequenceDistance(65534, 2)).toBe(-4);
    expect(timestampDistance(100, 2 ** 32 - 60)).toBe(160);
    expect(timestampDistance(2 ** 32 - 60, 100)).toBe(-160);
  });
});
