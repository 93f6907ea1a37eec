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
/**
 * The most that is kept beyond the end: −14 to +10 ms. Who makes a length of the size of the file counts the end tag too, 4 ms
 * of two channels and 8 ms of one.
 */
const TOO_LONG = 480;

/** kbit/s: telephony in two channels without a difference that is heard. */
export const bitrateOf = (channels: 1 | 2): 32 | 64 => (channels === 1 ? 32 : 64);

/** Bytes of one frame; at 48 kHz it is never padded. */
export const frameBytes = (channels: 1 | 2): number => ((FRAME_SAMPLES / 8) * (bitrateOf(channels) * 1000)) / MP3_RATE;

/** What is shorter is no MP3 to ffprobe, be it too few frames or too few bytes. */
const leastOf = (channels: 1 | 2): number => (channels === 1 ? 3 : 2);

/** How many frames are kept of a recording of so many samples at `MP3_RATE`. */
export function framesFor(samples: number, channels: 1 | 2): number {
  return Math.max(leastOf(channels), Math.floor((samples + TOO_LONG) / FRAME_SAMPLES));
}

/** What is heard of such a recording: its own length, or that of its frames where they end before it. Whole milliseconds. */
export function heardMilliseconds(samples: number, channels: 1 | 2): number {
  return Math.floor((Math.min(samples, framesFor(samples, channels) * FRAME_SAMPLES) * 1000) / MP3_RATE);
}
