/** From decoded audio to what endpoints send. */
import { encodeG711, type G711Name, g711 } from './g711.ts';
import { resample, toInt16 } from './resample.ts';
import { readWav } from './wav.ts';

/** Decodes, converts to one channel of 8 kHz and encodes. @throws {WavError} when the file cannot be read. */
export function prepare(wav: Uint8Array, codec: G711Name): Uint8Array<SharedArrayBuffer> {
  const { samples, sampleRate } = readWav(wav);
  return encodeShared(resample(samples, sampleRate, 8000), codec);
}

function encodeShared(samples: Float32Array, codec: G711Name): Uint8Array<SharedArrayBuffer> {
  const encoder = new PieceEncoder(codec);
  encoder.take(samples);
  return encoder.shared();
}

/** Encodes what is decoded piece by piece: what is kept of it is an octet a sample. */
export class PieceEncoder {
  readonly #codec: G711Name;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(codec: G711Name) {
    this.#codec = codec;
  }

  /** Samples of 8 kHz, full scale 32768. */
  take(samples: Float32Array): void {
    const octets = new Uint8Array(samples.length);
    encodeG711(g711(this.#codec), toInt16(samples), octets);
    this.#pieces.push(octets);
    this.#length += octets.length;
  }

  /** All of it, in one. */
  shared(): Uint8Array<SharedArrayBuffer> {
    const whole = new Uint8Array(new SharedArrayBuffer(this.#length));
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}
