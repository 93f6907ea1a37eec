/** One tone as a file of every kind that a prompt may be (D-PROMPTTYPE). */
import { tones, wave } from '@mediaservice/fixtures';
import { createMp3Encoder } from 'wasm-media-encoders';
import { encode } from '../../drivers/rtp-probe/g711.ts';

export interface Sound {
  readonly frequency: number;
  readonly milliseconds: number;
  /** Hertz. */
  readonly rate: number;
  readonly channels: 1 | 2;
}

const samplesOf = ({ frequency, milliseconds, rate }: Sound): Float64Array =>
  tones([{ frequencies: [frequency], milliseconds }], rate);

/** 16 bit linear. */
export const linearFile = (sound: Sound): Uint8Array => wave(samplesOf(sound), sound.rate, sound.channels);

/** A-law or µ-law, eight bits a sample. */
export function companded(law: 'PCMA' | 'PCMU', sound: Sound): Uint8Array {
  const { rate, channels } = sound;
  const coded = encode(
    law,
    Int16Array.from(samplesOf(sound), (sample) => Math.round(sample * 32_767)),
  );
  const data = Buffer.alloc(coded.length * channels);
  for (let i = 0; i < data.length; i++) data[i] = coded[Math.floor(i / channels)] ?? 0;
  const head = Buffer.alloc(46);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(38 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(18, 16);
  head.writeUInt16LE(law === 'PCMA' ? 6 : 7, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels, 28);
  head.writeUInt16LE(channels, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 38, 'latin1');
  head.writeUInt32LE(data.length, 42);
  return Buffer.concat([head, data]);
}

/** MPEG-1 layer III of 64 kbit/s; `rate` 32,000, 44,100 or 48,000. */
export async function mp3File(sound: Sound & { readonly rate: 32_000 | 44_100 | 48_000 }): Promise<Uint8Array> {
  const { rate, channels } = sound;
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate: rate, outputSampleRate: rate, channels, bitrate: 64 });
  const samples = Float32Array.from(samplesOf(sound));
  // What the encoder hands out is its own memory.
  const body = encoder.encode(Array.from({ length: channels }, () => samples)).slice();
  return Buffer.concat([body, encoder.finalize()]);
}
