/**
 * The time line of an MP3 recording. Encoder and decoder together come out 1105 samples late, and a file is whole frames of
 * 24 ms long. So the encoder is fed as much early, and the frames are counted that come nearest to what was recorded:
 * every decoder then has each sample at its place without knowing of delays. The first 23 ms are silence (D-RECMPEG).
 */

/** The shortest frames that MP3 has: MPEG-1 layer III at 48 kHz (ISO/IEC 11172-3 section 2.4.2). */
export const MP3_RATE = 48_000;
export const FRAME_SAMPLES = 1152;
/** 576 of LAME, 528 + 1 of the synthesis filter bank. */
export const CODEC_DELAY = 1105;
/** Decoders that take the first frame for a tag lose it; so rather a little too long than too short: −6 to +18 ms. */
const TOO_LONG = 864;

/** kbit/s: telephony in two channels without a difference that is heard. */
export const bitrateOf = (channels: 1 | 2): 32 | 64 => (channels === 1 ? 32 : 64);

/** Bytes of one frame; at 48 kHz it is never padded. */
export const frameBytes = (channels: 1 | 2): number => ((FRAME_SAMPLES / 8) * (bitrateOf(channels) * 1000)) / MP3_RATE;

/** What no frame follows is not known as MP3 by every program. */
const LEAST = 3;

/** How many frames are kept of a recording of so many samples at `MP3_RATE`. */
export function framesFor(samples: number): number {
  return Math.max(LEAST, Math.floor((samples + TOO_LONG) / FRAME_SAMPLES));
}
