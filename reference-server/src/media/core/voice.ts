/** The voice codecs as streams need them: how long a payload lasts, and payload to samples. One decoder for each stream received. */
import { type G711Name, g711 } from './g711.ts';

export type VoiceName = G711Name;

/** Longest payload taken: 120 ms. */
export const MAX_SAMPLES = 960;

/** Samples at 8 kHz that a payload holds. */
export function samplesIn(_codec: VoiceName, bytes: number): number {
  return Math.min(bytes, MAX_SAMPLES);
}

export class VoiceDecoder {
  readonly #samples = new Int16Array(MAX_SAMPLES);

  /** Valid until the next call. What lies beyond `MAX_SAMPLES` is left out. */
  decode(codec: VoiceName, payload: Uint8Array): Int16Array {
    const count = samplesIn(codec, payload.length);
    const { decode } = g711(codec);
    for (let i = 0; i < count; i++) this.#samples[i] = decode[payload[i] ?? 0] ?? 0;
    return this.#samples.subarray(0, count);
  }
}

/** One for each stream sent. */
export class VoiceEncoder {
  /** Writes the payload of the samples at `at`, gives its bytes. */
  encode(codec: VoiceName, samples: Int16Array, out: Uint8Array, at: number): number {
    const { encode } = g711(codec);
    for (let i = 0; i < samples.length; i++) out[at + i] = encode[(samples[i] ?? 0) & 0xffff] ?? 0;
    return samples.length;
  }
}

/** The law in which prompts for a stream of this codec are kept. */
export function lawOf(codec: VoiceName): G711Name {
  return codec;
}
