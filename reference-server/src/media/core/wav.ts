/** WAV files: read in every usual encoding, written as 16-bit linear. Little-endian RIFF, WAVEFORMATEX and EXTENSIBLE. */
import { PCMA, PCMU } from './g711.ts';

export interface Wav {
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** All channels made one by their mean; full scale is 32768. */
  readonly samples: Float32Array;
}

export class WavError extends Error {
  readonly code = 'WAV_UNREADABLE';

  constructor(message: string) {
    super(message);
    this.name = 'WavError';
  }
}

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

const TAG_PCM = 1;
const TAG_FLOAT = 3;
const TAG_A_LAW = 6;
const TAG_MU_LAW = 7;
const TAG_EXTENSIBLE = 0xfffe;

/** @throws {WavError} when it is no WAV file or of an encoding that is not read. */
export function readWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || name(view, 0) !== 'RIFF' || name(view, 8) !== 'WAVE') throw new WavError('not a WAV file');
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = name(view, at);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (id === 'fmt ') format = readFormat(view, start, size);
    if (id === 'data') {
      if (format === undefined) throw new WavError('WAV data comes before its format');
      // A writer that could not go back leaves 0 or a size beyond the end: what is there counts.
      const open = size === 0 && !isChunks(view, start);
      const end = open ? bytes.length : Math.min(start + size, bytes.length);
      return readData(view, start, end, format);
    }
    at = start + size + (size & 1);
  }
  throw new WavError('WAV file without data');
}

/** Whether what begins there are chunks up to the end of the file, which sound is not but by a rare chance. */
function isChunks(view: DataView, start: number): boolean {
  let at = start;
  while (at + 8 <= view.byteLength && /^[ -~]{4}$/.test(name(view, at))) {
    const end = at + 8 + view.getUint32(at + 4, true);
    if (end === view.byteLength) return true;
    at = end + (end & 1);
  }
  return at === view.byteLength;
}

function name(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16 || at + size > view.byteLength) throw new WavError('WAV format chunk is cut');
  let tag = view.getUint16(at, true);
  if (tag === TAG_EXTENSIBLE) {
    if (size < 40) throw new WavError('WAV format chunk is cut');
    tag = view.getUint16(at + 24, true);
  }
  const format = {
    tag,
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
  if (format.channels === 0 || format.channels > 64) throw new WavError(`WAV file with ${format.channels} channels`);
  if (format.sampleRate < 1000 || format.sampleRate > 768_000) {
    throw new WavError(`WAV file with a sample rate of ${format.sampleRate} Hz`);
  }
  return format;
}

/** Reads one sample, full scale 32768. */
function sampleReader(view: DataView, format: Format): (at: number) => number {
  switch (`${format.tag}/${format.bits}`) {
    case `${TAG_PCM}/8`:
      return (at) => (view.getUint8(at) - 128) * 256;
    case `${TAG_PCM}/16`:
      return (at) => view.getInt16(at, true);
    case `${TAG_PCM}/24`:
      return (at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 256;
    case `${TAG_PCM}/32`:
      return (at) => view.getInt32(at, true) / 65536;
    case `${TAG_FLOAT}/32`:
      return (at) => finite(view.getFloat32(at, true)) * 32768;
    case `${TAG_FLOAT}/64`:
      return (at) => finite(view.getFloat64(at, true)) * 32768;
    case `${TAG_A_LAW}/8`:
      return (at) => PCMA.decode[view.getUint8(at)] ?? 0;
    case `${TAG_MU_LAW}/8`:
      return (at) => PCMU.decode[view.getUint8(at)] ?? 0;
    default:
      throw new WavError(`WAV encoding ${format.tag} with ${format.bits} bits is not supported`);
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0;
}

function readData(view: DataView, start: number, end: number, format: Format): Wav {
  const read = sampleReader(view, format);
  const width = format.bits / 8;
  const frame = width * format.channels;
  const samples = new Float32Array(Math.floor((end - start) / frame));
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < format.channels; channel++) sum += read(start + i * frame + channel * width);
    samples[i] = sum / format.channels;
  }
  return { sampleRate: format.sampleRate, channels: format.channels, samples };
}

export const WAV_HEADER_BYTES = 44;

/** What stands before `dataBytes` of 16-bit linear samples. */
export function wavHeader(channels: number, sampleRate: number, dataBytes: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x52494646); // RIFF
  view.setUint32(4, 36 + dataBytes, true);
  view.setUint32(8, 0x57415645); // WAVE
  view.setUint32(12, 0x666d7420); // fmt
  view.setUint32(16, 16, true);
  view.setUint16(20, TAG_PCM, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  view.setUint32(36, 0x64617461); // data
  view.setUint32(40, dataBytes, true);
  return header;
}

/** A whole file; the channels must be equally long. */
export function writeWav(channels: readonly Int16Array[], sampleRate: number): Uint8Array {
  const frames = channels[0]?.length ?? 0;
  const dataBytes = frames * channels.length * 2;
  const bytes = new Uint8Array(WAV_HEADER_BYTES + dataBytes);
  bytes.set(wavHeader(channels.length, sampleRate, dataBytes));
  const view = new DataView(bytes.buffer, WAV_HEADER_BYTES);
  for (const [channel, samples] of channels.entries()) {
    for (let i = 0; i < frames; i++) view.setInt16((i * channels.length + channel) * 2, samples[i] ?? 0, true);
  }
  return bytes;
}
