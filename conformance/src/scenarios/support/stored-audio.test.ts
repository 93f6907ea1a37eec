import { describe, expect, it } from 'vitest';
import { audio } from '../../harness/index.ts';
import { readMp3, readWave, tonesIn } from './stored-audio.ts';

/** 16 bit WAV of these channels, with a chunk of odd length before its data. */
function wave(rate: number, ...channels: readonly Int16Array[]): Uint8Array {
  const frames = channels[0]?.length ?? 0;
  const data = Buffer.alloc(frames * channels.length * 2);
  channels.forEach((pcm, channel) => {
    pcm.forEach((sample, frame) => void data.writeInt16LE(sample, (frame * channels.length + channel) * 2));
  });
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(channels.length, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt16LE(channels.length * 2, 12);
  format.writeUInt16LE(16, 14);
  const chunk = (name: string, body: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(body.length);
    return Buffer.concat([Buffer.from(name), size, body, Buffer.alloc(body.length % 2)]);
  };
  const chunks = [chunk('fmt ', format), chunk('LIST', Buffer.from('odd')), chunk('data', data)];
  return Buffer.concat([chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]))]);
}

describe('a stored WAV', () => {
  const stereo = wave(8000, audio.tone(650, 400), audio.concat(audio.silence(100), audio.tone(1300, 300)));

  it('has its channels in their order, their tones and their places', () => {
    const read = readWave(stereo);
    expect(read).toMatchObject({ rate: 8000, milliseconds: 400 });
    const [left, right] = [tonesIn(read, 0), tonesIn(read, 1)];
    expect(left.map(({ frequency }) => Math.round(frequency))).toEqual([650]);
    expect(right.map(({ frequency }) => Math.round(frequency))).toEqual([1300]);
    expect((right[0]?.startMs ?? 0) - (left[0]?.startMs ?? 0)).toBeCloseTo(100, -1);
  });

  it('has the same tones at another rate', () => {
    const [tone] = tonesIn(readWave(wave(16_000, audio.tone(325, 800))), 0);
    expect(tone?.frequency).toBeCloseTo(650, -1);
    expect(tone?.durationMs).toBeCloseTo(400, -2);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('{"success": false, "error": "notFound"}')],
    ['a head without samples', stereo.subarray(0, 20)],
  ])('%s is none', (_name, bytes) => expect(readWave(bytes)).toBeUndefined());
});

describe('a stored MP3', () => {
  /** MPEG 2 layer III, 16 kHz, 64 kbit/s: 288 bytes and 36 ms a frame. */
  const frame = Buffer.concat([Buffer.from([0xff, 0xf3, 0x88, 0x00]), Buffer.alloc(284)]);

  it('is told by its frames, behind a tag or not', () => {
    const wanted = { frames: 3, rate: 16_000, channels: 2, milliseconds: 108 };
    expect(readMp3(Buffer.concat([frame, frame, frame]))).toEqual(wanted);
    const tag = Buffer.concat([Buffer.from('ID3'), Buffer.from([3, 0, 0, 0, 0, 1, 2]), Buffer.alloc(130)]);
    expect(readMp3(Buffer.concat([tag, frame, frame, frame]))).toEqual(wanted);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a WAV', wave(8000, audio.tone(650, 100))],
  ])('%s is none', (_name, bytes) => expect(readMp3(bytes)).toBeUndefined());
});
