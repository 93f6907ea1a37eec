/** Payloads of the codecs that an end can have. */
import { decode, encode } from './g711.ts';
import type { Codec } from './types.ts';

/** Static payload types of RFC 3551. */
export const payloadTypeOf: Readonly<Record<Codec, number>> = { PCMU: 0, GSM: 3, PCMA: 8 };

const codecs = new Map((['PCMU', 'GSM', 'PCMA'] as const).map((codec) => [payloadTypeOf[codec], codec]));

export const codecOf = (payloadType: number): Codec | undefined => codecs.get(payloadType);

/** A frame of GSM 06.10 holds so many samples in so many octets (RFC 3551 4.5.8.1). */
const [frameSamples, frameBytes] = [160, 33];
/** What an encoder makes of zeros once nothing else is in its memory. */
const silentFrame = Buffer.from('d820a2e15a50004924924924500049249249245000492492492450004924924924', 'hex');

/** Samples at 8 kHz that a payload lasts. */
export const samplesIn = (codec: Codec, bytes: number): number =>
  codec === 'GSM' ? Math.floor(bytes / frameBytes) * frameSamples : bytes;

export const encodeVoice = (codec: Codec, pcm: Int16Array): Uint8Array =>
  codec === 'GSM'
    ? Buffer.concat(Array.from({ length: Math.floor(pcm.length / frameSamples) }, () => silentFrame))
    : encode(codec, pcm);

export const decodeVoice = (codec: Codec, payload: Uint8Array): Int16Array =>
  codec === 'GSM' ? new Int16Array(samplesIn(codec, payload.length)) : decode(codec, payload);
