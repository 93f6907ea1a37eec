/** MP3 prompts by mpg123, in WebAssembly: piece by piece, so that a long file in two channels of 48 kHz never lies decoded in memory. */
import { setImmediate } from 'node:timers/promises';
import { MPEGDecoder } from 'mpg123-decoder';
import { mp3Start } from './core/mp3-start.ts';
import { Resampler } from './core/resample.ts';

const RATE = 8000;
const PIECE = 32_768;
/** A few megabytes can be hours. */
const LONGEST_SECONDS = 3600;

export class Mp3Error extends Error {
  readonly code = 'MP3_UNREADABLE';

  constructor(message: string) {
    super(message);
    this.name = 'Mp3Error';
  }
}

/**
 * All channels made one by their mean, at 8 kHz, full scale 32768, handed to `take` piece by piece, so that an hour of it never
 * lies in memory as samples. What cannot be decoded within a file is left out; of a file that is cut, what is there counts.
 * Rejects with an {@link Mp3Error} when there is nothing, or too much.
 */
export async function decodeMp3(bytes: Uint8Array, take: (samples: Float32Array) => void): Promise<void> {
  const start = mp3Start(bytes);
  if (start === undefined) throw new Mp3Error('neither a WAV nor an MP3 file');
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    await decodeWith(decoder, bytes.subarray(start), take);
  } finally {
    decoder.free();
  }
}

async function decodeWith(
  decoder: MPEGDecoder,
  bytes: Uint8Array,
  take: (samples: Float32Array) => void,
): Promise<void> {
  let length = 0;
  let rate = 0;
  let resampler: Resampler | undefined;
  const add = (samples: Float32Array | undefined): void => {
    if (samples === undefined || samples.length === 0) return;
    length += samples.length;
    if (length > LONGEST_SECONDS * RATE) throw new Mp3Error(`MP3 file of more than ${LONGEST_SECONDS} seconds`);
    take(samples);
  };
  for (let at = 0; at < bytes.length; at += PIECE) {
    // A short prompt does not wait until a long one is done.
    await setImmediate();
    const { channelData, sampleRate, samplesDecoded } = decoder.decode(bytes.subarray(at, at + PIECE));
    if (samplesDecoded === 0) continue;
    if (sampleRate !== rate) {
      add(resampler?.end());
      rate = sampleRate;
      resampler = new Resampler(rate, RATE);
    }
    add(resampler?.push(mean(channelData, samplesDecoded)));
  }
  add(resampler?.end());
  if (length === 0) throw new Mp3Error('MP3 file without sound');
}

/** Full scale of the library is 1. */
function mean(channels: readonly Float32Array[], length: number): Float32Array {
  const result = new Float32Array(length);
  const scale = 32768 / Math.max(1, channels.length);
  for (const channel of channels) {
    for (let i = 0; i < length; i++) result[i] = (result[i] ?? 0) + (channel[i] ?? 0) * scale;
  }
  return result;
}
