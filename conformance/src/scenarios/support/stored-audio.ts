/** Audio files that a target made, taken apart: WAV (RIFF) and MP3 (ISO 11172-3). */
import { MPEGDecoder } from 'mpg123-decoder';
import type { ToneSegment } from '../../drivers/rtp-probe/types.ts';
import { audio } from '../../harness/index.ts';

export interface StoredWave {
  readonly rate: number;
  /** 16 bit samples of each channel, the left one first. */
  readonly channels: readonly Int16Array[];
  readonly milliseconds: number;
}

const linear = 1;
/** WAVE_FORMAT_EXTENSIBLE, whose real format is the first two bytes of its GUID. */
const extensible = 0xfffe;

/** Undefined for what is no WAV with 16 bit linear samples. */
export function readWave(bytes: Uint8Array): StoredWave | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.toString('latin1', 0, 4) !== 'RIFF' || view.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  const chunks = chunksOf(view);
  const [format, data] = [chunks.get('fmt '), chunks.get('data')];
  if (format === undefined || data === undefined || format.length < 16) return undefined;
  const kind = format.readUInt16LE(0);
  const real = kind === extensible && format.length >= 26 ? format.readUInt16LE(24) : kind;
  if (real !== linear || format.readUInt16LE(14) !== 16) return undefined;
  const [count, rate] = [format.readUInt16LE(2), format.readUInt32LE(4)];
  if (count === 0 || rate === 0) return undefined;
  const frames = Math.floor(data.length / 2 / count);
  const channels = Array.from({ length: count }, (_, channel) =>
    Int16Array.from({ length: frames }, (_, frame) => data.readInt16LE((frame * count + channel) * 2)),
  );
  return { rate, channels, milliseconds: (frames * 1000) / rate };
}

function chunksOf(view: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= view.length; ) {
    const size = view.readUInt32LE(at + 4);
    chunks.set(view.toString('latin1', at, at + 4), view.subarray(at + 8, at + 8 + size));
    // Chunks begin at even places.
    at += 8 + size + (size % 2);
  }
  return chunks;
}

/** Tones of a channel, whatever its rate; none where there is no such channel. */
export function tonesIn(wave: StoredWave | undefined, channel: 0 | 1): ToneSegment[] {
  const pcm = wave?.channels[channel];
  if (wave === undefined || pcm === undefined) return [];
  // The analysis counts in samples of 8 kHz.
  const scale = wave.rate / audio.sampleRate;
  return audio.toneSegments(pcm, 60 * scale).map(({ frequency, startMs, durationMs, levelDb }) => ({
    frequency: frequency * scale,
    startMs: startMs / scale,
    durationMs: durationMs / scale,
    levelDb,
  }));
}

/** Kilobits per second of layer III, by version and index. */
const rates = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const sampleRates: Readonly<Record<number, readonly number[]>> = {
  3: [44_100, 48_000, 32_000],
  2: [22_050, 24_000, 16_000],
  0: [11_025, 12_000, 8000],
};

export interface Mp3 {
  readonly frames: number;
  readonly rate: number;
  readonly channels: 1 | 2;
  readonly milliseconds: number;
}

/** What the headers of a file's frames say, each of which must lead to the next; undefined for what is no MP3. */
export function readMp3(bytes: Uint8Array): Mp3 | undefined {
  let at = afterTag(bytes);
  let [frames, milliseconds, rate] = [0, 0, 0];
  let channels: 1 | 2 = 2;
  while (at + 4 <= bytes.length) {
    const [sync = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + 4);
    const layerThree = (second & 0x06) === 0x02;
    if (sync !== 0xff || (second & 0xe0) !== 0xe0 || !layerThree) break;
    const version = (second >> 3) & 3;
    rate = sampleRates[version]?.[(third >> 2) & 3] ?? 0;
    const kilobits = rates[version === 3 ? 1 : 2][third >> 4] ?? 0;
    if (rate === 0 || kilobits === 0) break;
    const samples = version === 3 ? 1152 : 576;
    channels = fourth >> 6 === 3 ? 1 : 2;
    frames += 1;
    milliseconds += (samples * 1000) / rate;
    at += Math.floor((samples * kilobits * 125) / rate) + ((third >> 1) & 1);
  }
  return frames === 0 ? undefined : { frames, rate, channels, milliseconds };
}

/** The samples of an MP3, at its own rate; undefined for what cannot be decoded without a fault. */
export async function decodeMp3(bytes: Uint8Array): Promise<StoredWave | undefined> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    const { channelData, sampleRate: rate, samplesDecoded, errors } = decoder.decode(bytes);
    if (errors.length > 0 || samplesDecoded === 0) return undefined;
    const channels = channelData.map((samples) =>
      Int16Array.from(samples, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)))),
    );
    return { rate, channels, milliseconds: (samplesDecoded * 1000) / rate };
  } finally {
    decoder.free();
  }
}

/** Behind an ID3v2 tag, whose length has seven bits a byte. */
function afterTag(bytes: Uint8Array): number {
  if (Buffer.from(bytes.subarray(0, 3)).toString('latin1') !== 'ID3') return 0;
  return 10 + bytes.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0);
}
