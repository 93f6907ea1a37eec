/** The voice codecs as streams need them: how long a payload lasts, payload to samples and back. One for each stream and direction. */
import { type G711Name, g711 } from './g711.ts';
import { FRAME_BYTES, FRAME_SAMPLES, GsmDecoder, GsmEncoder } from './gsm/gsm.ts';

export type VoiceName = G711Name | 'GSM';

/** Longest payload taken: 120 ms. */
export const MAX_SAMPLES = 960;

/** Samples at 8 kHz that a payload holds. */
export function samplesIn(codec: VoiceName, bytes: number): number {
  return Math.min(codec === 'GSM' ? Math.floor(bytes / FRAME_BYTES) * FRAME_SAMPLES : bytes, MAX_SAMPLES);
}

/** Octets of a payload that lasts so many samples; for GSM they are whole frames. */
export function octetsOf(codec: VoiceName, samples: number): number {
  return codec === 'GSM' ? Math.floor(samples / FRAME_SAMPLES) * FRAME_BYTES : samples;
}

export class VoiceDecoder {
  /** Most streams are passed on as they are. */
  #samples: Int16Array | undefined;
  #gsm: GsmDecoder | undefined;

  /** Valid until the next call. What lies beyond `MAX_SAMPLES` is left out; a GSM frame that is none is silence. */
  decode(codec: VoiceName, payload: Uint8Array): Int16Array {
    const count = samplesIn(codec, payload.length);
    this.#samples ??= new Int16Array(MAX_SAMPLES);
    const samples = this.#samples.subarray(0, count);
    if (codec === 'GSM') {
      this.#gsm ??= new GsmDecoder();
      for (let frame = 0; frame < count / FRAME_SAMPLES; frame++) {
        const out = samples.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES);
        if (!this.#gsm.decode(payload, frame * FRAME_BYTES, out)) out.fill(0);
      }
      return samples;
    }
    const { decode } = g711(codec);
    for (let i = 0; i < count; i++) samples[i] = decode[payload[i] ?? 0] ?? 0;
    return samples;
  }
}

export class VoiceEncoder {
  #gsm: GsmEncoder | undefined;

  /** Writes the payload of the samples at `at`, gives its bytes. For GSM they are whole frames. */
  encode(codec: VoiceName, samples: Int16Array, out: Uint8Array, at: number): number {
    if (codec === 'GSM') {
      this.#gsm ??= new GsmEncoder();
      const frames = Math.floor(samples.length / FRAME_SAMPLES);
      for (let frame = 0; frame < frames; frame++) {
        const part = samples.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES);
        this.#gsm.encode(part, out, at + frame * FRAME_BYTES);
      }
      return frames * FRAME_BYTES;
    }
    const { encode } = g711(codec);
    for (let i = 0; i < samples.length; i++) out[at + i] = encode[(samples[i] ?? 0) & 0xffff] ?? 0;
    return samples.length;
  }
}

/** The law in which prompts for a stream of this codec are kept. */
export function lawOf(codec: VoiceName): G711Name {
  return codec === 'GSM' ? 'PCMA' : codec;
}
