/** MP3 by LAME, in WebAssembly: mono or stereo of 8 kHz in, frames out that begin when the recording began. */
import type { WasmMediaEncoder } from 'wasm-media-encoders';
import { bitrateOf, CODEC_DELAY, FRAME_SAMPLES, frameBytes, framesFor, MP3_RATE } from './core/mp3-frames.ts';
import { Resampler } from './core/resample.ts';

const INPUT_RATE = 8000;
/** LAME takes everything down by this much, which would be 0.4 dB. */
const LAME_SCALE = 0.95;
/** Silence that presses the last frame out of the encoder. */
const TAIL = FRAME_SAMPLES * 3;

export class Mp3Encoder {
  readonly #lame: WasmMediaEncoder<'audio/mpeg'>;
  readonly #channels: 1 | 2;
  readonly #resamplers: readonly Resampler[];
  /** Of each channel. */
  #samples = 0;
  #bytes = 0;

  private constructor(lame: WasmMediaEncoder<'audio/mpeg'>, channels: 1 | 2) {
    this.#lame = lame;
    this.#channels = channels;
    this.#resamplers = Array.from({ length: channels }, () => new Resampler(INPUT_RATE, MP3_RATE, CODEC_DELAY));
    lame.configure({ channels, sampleRate: MP3_RATE, outputSampleRate: MP3_RATE, bitrate: bitrateOf(channels) });
  }

  static async create(channels: 1 | 2): Promise<Mp3Encoder> {
    const { createMp3Encoder } = await import('wasm-media-encoders');
    return new Mp3Encoder(await createMp3Encoder(), channels);
  }

  /** Samples of all channels in turn; gives the bytes that are ready, of whole frames or not. */
  encode(samples: Int16Array): Uint8Array<ArrayBuffer> {
    const frames = samples.length / this.#channels;
    this.#samples += frames;
    const inputs = this.#resamplers.map((resampler, channel) => {
      const input = new Float32Array(frames);
      for (let i = 0; i < frames; i++) input[i] = (samples[i * this.#channels + channel] ?? 0) / (32768 * LAME_SCALE);
      return resampler.push(input);
    });
    return this.#take(this.#lame.encode(inputs));
  }

  /** The rest. Nothing can be encoded afterwards. */
  end(): Uint8Array<ArrayBuffer> {
    const length = this.#samples * (MP3_RATE / INPUT_RATE);
    const inputs = this.#resamplers.map((resampler) => resampler.end(length + CODEC_DELAY + TAIL));
    const left = framesFor(length, this.#channels) * frameBytes(this.#channels) - this.#bytes;
    const last = [this.#take(this.#lame.encode(inputs)), this.#take(this.#lame.finalize())];
    return Uint8Array.from(Buffer.concat(last).subarray(0, left));
  }

  /** The library's memory is used again by the next call. */
  #take(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#bytes += bytes.length;
    return Uint8Array.from(bytes);
  }
}
