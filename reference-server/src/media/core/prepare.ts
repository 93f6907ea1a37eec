/** From decoded audio to what endpoints send. */
import { encodeG711, type G711Name, g711 } from './g711.ts';
import { resample, toInt16 } from './resample.ts';
import { readWav } from './wav.ts';

/** Decodes, converts to one channel of 8 kHz and encodes. @throws {WavError} when the file cannot be read. */
export function prepare(wav: Uint8Array, codec: G711Name): Uint8Array<SharedArrayBuffer> {
  const { samples, sampleRate } = readWav(wav);
  return encodeShared(resample(samples, sampleRate, 8000), codec);
}

/** Samples of 8 kHz, full scale 32768. */
export function encodeShared(samples: Float32Array, codec: G711Name): Uint8Array<SharedArrayBuffer> {
  const linear = toInt16(samples);
  const octets = new Uint8Array(new SharedArrayBuffer(linear.length));
  encodeG711(g711(codec), linear, octets);
  return octets;
}
