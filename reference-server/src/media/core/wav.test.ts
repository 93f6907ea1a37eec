import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PCMA, PCMU } from './g711.ts';
import { resample, toInt16 } from './resample.ts';
import { energy, powerAt, tone } from './tone.ts';
import { readWav, WavError, writeWav } from './wav.ts';

const sox = spawnSync('sox', ['--version']).status === 0;

describe('WAV', () => {
  it('reads what it writes, channels made one by their mean', () => {
    const left = Int16Array.of(0, 100, -32768, 32767);
    const right = Int16Array.of(0, 300, -32768, 32767);
    expect(readWav(writeWav([left], 8000))).toEqual({
      sampleRate: 8000,
      channels: 1,
      samples: Float32Array.from(left),
    });
    expect(readWav(writeWav([left, right], 11025))).toEqual({
      sampleRate: 11025,
      channels: 2,
      samples: Float32Array.of(0, 200, -32768, 32767),
    });
  });

  const file = writeWav([tone([1000], 10)], 8000);
  const changed = (at: number, ...values: number[]): Uint8Array => {
    const copy = file.slice();
    copy.set(values, at);
    return copy;
  };
  it.each([
    ['nothing', new Uint8Array(0)],
    ['something else', new TextEncoder().encode('ID3 and then an MP3 file')],
    ['no data chunk', file.subarray(0, 36)],
    ['data before format', changed(12, 100, 97, 116, 97)],
    ['no channel', changed(22, 0, 0)],
    ['a rate of 0', changed(24, 0, 0, 0, 0)],
    ['12 bits', changed(34, 12, 0)],
    ['ADPCM', changed(20, 2, 0)],
    ['a cut format chunk', changed(16, 10, 0, 0, 0)],
  ])('refuses %s', (_, bytes) => {
    expect(() => readWav(bytes)).toThrow(WavError);
  });

  it.each([
    ['0, as a stream leaves it', [0, 0, 0, 0]],
    ['far too large', [255, 255, 255, 255]],
  ])('reads what is there when the data size is %s', (_, size) => {
    expect(readWav(changed(40, ...size)).samples.length).toBe(80);
  });

  it.each([
    ['one', Uint8Array.of(76, 73, 83, 84, 4, 0, 0, 0, 1, 2, 3, 4)],
    ['an odd one with its filler', Uint8Array.of(76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3, 0)],
    ['an odd one without', Uint8Array.of(76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3)],
    ['two', Uint8Array.of(102, 97, 99, 116, 2, 0, 0, 0, 1, 2, 105, 100, 51, 32, 0, 0, 0, 0)],
  ])('has no sound where the data is empty and chunks fill the rest of the file: %s', (_, chunks) => {
    expect(readWav(Uint8Array.of(...writeWav([new Int16Array(0)], 8000), ...chunks)).samples.length).toBe(0);
  });

  it.each([
    ['runs beyond the end', Uint8Array.of(76, 73, 83, 84, 6, 0, 0, 0, 1, 2, 3, 4)],
    ['leaves a rest', Uint8Array.of(76, 73, 83, 84, 2, 0, 0, 0, 1, 2, 3, 4)],
    ['has no name', Uint8Array.of(0, 1, 0, 1, 4, 0, 0, 0, 1, 2, 3, 4)],
  ])('takes for sound after a data size of 0 what only looks like a chunk: it %s', (_, sound) => {
    expect(readWav(Uint8Array.of(...writeWav([new Int16Array(0)], 8000), ...sound)).samples.length).toBe(6);
  });

  it('passes over chunks it does not know, odd ones too', () => {
    const list = Uint8Array.of(76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3, 0);
    const bytes = Uint8Array.of(...file.subarray(0, 36), ...list, ...file.subarray(36));
    expect(readWav(bytes).samples).toEqual(readWav(file).samples);
  });
});

describe('WAVE_FORMAT_EXTENSIBLE', () => {
  /** One second of a ramp would hide a wrong order of bytes: these are a few values that tell them apart. */
  const values = [0, 8192, -8192, 24_576, -24_576];
  const kinds: readonly [string, number, number, (view: DataView, at: number, value: number) => void, number][] = [
    ['8 bit', 1, 8, (view, at, value) => view.setUint8(at, value / 256 + 128), 0],
    ['16 bit', 1, 16, (view, at, value) => view.setInt16(at, value, true), 0],
    ['24 bit', 1, 24, (view, at, value) => view.setInt16(at + 1, value, true), 0],
    ['32 bit', 1, 32, (view, at, value) => view.setInt32(at, value * 65_536, true), 0],
    ['32 bit float', 3, 32, (view, at, value) => view.setFloat32(at, value / 32_768, true), 0],
    ['64 bit float', 3, 64, (view, at, value) => view.setFloat64(at, value / 32_768, true), 0],
    ['A-law', 6, 8, (view, at, value) => view.setUint8(at, PCMA.encode[value & 0xffff] ?? 0), 600],
    ['µ-law', 7, 8, (view, at, value) => view.setUint8(at, PCMU.encode[value & 0xffff] ?? 0), 600],
  ];

  /** Two channels, the right one silent, so that the mean is half the left one. */
  function file(tag: number, bits: number, put: (view: DataView, at: number, value: number) => void): Uint8Array {
    const width = bits / 8;
    const data = values.length * 2 * width;
    const bytes = new Uint8Array(68 + data);
    const view = new DataView(bytes.buffer);
    bytes.set(new TextEncoder().encode('RIFF....WAVEfmt '));
    view.setUint32(16, 40, true);
    view.setUint16(20, 0xfffe, true);
    view.setUint16(22, 2, true);
    view.setUint32(24, 16_000, true);
    view.setUint16(32, width * 2, true);
    view.setUint16(34, bits, true);
    view.setUint16(36, 22, true);
    view.setUint16(38, bits, true);
    view.setUint16(44, tag, true);
    bytes.set(new TextEncoder().encode('data'), 60);
    view.setUint32(64, data, true);
    for (const [i, value] of values.entries()) {
      put(view, 68 + i * 2 * width, value);
      put(view, 68 + (i * 2 + 1) * width, 0);
    }
    return bytes;
  }

  it.each(kinds)('%s', (_, tag, bits, put, tolerance) => {
    const whole = file(tag, bits, put);
    const { samples, channels, sampleRate } = readWav(whole);
    expect([channels, sampleRate, samples.length]).toEqual([2, 16_000, values.length]);
    for (const [i, value] of values.entries()) {
      expect(Math.abs((samples[i] ?? Number.NaN) - value / 2)).toBeLessThanOrEqual(tolerance);
    }
    // Cut within a sample: the frames that are whole count.
    expect(readWav(whole.subarray(0, whole.length - 1)).samples).toEqual(samples.subarray(0, values.length - 1));
  });
});

describe.skipIf(!sox)('WAV files made by sox (skipped: sox is not installed)', () => {
  it.each([
    ['8 bit unsigned', ['-e', 'unsigned', '-b', '8'], 300],
    ['16 bit', ['-e', 'signed', '-b', '16'], 2],
    ['24 bit (extensible)', ['-e', 'signed', '-b', '24'], 2],
    ['32 bit', ['-e', 'signed', '-b', '32'], 2],
    ['32 bit float', ['-e', 'float', '-b', '32'], 2],
    ['64 bit float', ['-e', 'float', '-b', '64'], 2],
    ['A-law', ['-e', 'a-law', '-b', '8'], 520],
    ['µ-law', ['-e', 'mu-law', '-b', '8'], 520],
    ['16 bit, three channels', ['-e', 'signed', '-b', '16', '-c', '3'], 2],
    ['16 bit, 44.1 kHz', ['-e', 'signed', '-b', '16', '-r', '44100'], 20],
    ['16 bit, 48 kHz stereo', ['-e', 'signed', '-b', '16', '-r', '48000', '-c', '2'], 20],
    ['16 bit, 22.05 kHz', ['-e', 'signed', '-b', '16', '-r', '22050'], 20],
    ['16 bit, 7.999 kHz', ['-e', 'signed', '-b', '16', '-r', '7999'], 20],
  ])('%s', (_, format, tolerance) => {
    const original = tone([700], 300, { level: 0.5 });
    const input = writeWav([original], 8000);
    const { stdout, status } = spawnSync('sox', ['-D', '-', ...format, '-t', 'wav', '-'], {
      input,
      maxBuffer: 1 << 24,
    });
    expect(status).toBe(0);
    const wav = readWav(stdout);
    const samples = toInt16(resample(wav.samples, wav.sampleRate, 8000));
    expect(Math.abs(samples.length - original.length)).toBeLessThanOrEqual(1);
    // The edges belong to the filters of both.
    const errors = samples.subarray(200, 2200).map((sample, i) => Math.abs(sample - (original[i + 200] ?? 0)));
    expect(Math.max(...errors)).toBeLessThan(tolerance);
  });
});

describe('resampler', () => {
  it.each([11025, 16000, 22050, 24000, 32000, 44100, 48000, 96000, 6000, 8001, 44099])(
    '%i Hz: length, level and frequency are kept',
    (rate) => {
      const input = Float32Array.from(tone([1000], 500, { sampleRate: rate, level: 0.5 }));
      const output = resample(input, rate, 8000);
      expect(output.length).toBe(Math.round((input.length * 8000) / rate));
      const middle = output.subarray(400, 3600);
      expect(Math.sqrt(powerAt(middle, 1000))).toBeCloseTo(16383.5, -2);
      // All else together is 60 dB down.
      expect(energy(middle) - powerAt(middle, 1000) / 2).toBeLessThan(energy(middle) / 1e6);
    },
  );

  it('passes 3400 Hz, and folds nothing back from above 4000', () => {
    const at = (frequency: number): number => {
      const input = Float32Array.from(tone([frequency], 500, { sampleRate: 44100, level: 0.5 }));
      return Math.sqrt(2 * energy(resample(input, 44100, 8000).subarray(400, 3600))) / 16383.5;
    };
    expect(at(3400)).toBeGreaterThan(0.98);
    expect(at(4300)).toBeLessThan(0.001);
    expect(at(7000)).toBeLessThan(0.0005);
  });

  it('leaves 8 kHz alone', () => {
    const input = Float32Array.of(1, 2, 3);
    expect(resample(input, 8000, 8000)).toBe(input);
  });
});
