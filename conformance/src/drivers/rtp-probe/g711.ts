import alawmulaw from 'alawmulaw';
import type { Codec } from './types.ts';

/** Static payload types of RFC 3551. */
export const payloadTypeOf: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8 };

export function codecOf(payloadType: number): Codec | undefined {
  switch (payloadType) {
    case 0:
      return 'PCMU';
    case 8:
      return 'PCMA';
    default:
      return undefined;
  }
}

/** G.711 by a library that no server of ours uses (design, rule 4). 16 bit, 8 kHz. */
export const encode = (codec: Codec, pcm: Int16Array): Uint8Array =>
  codec === 'PCMU' ? alawmulaw.mulaw.encode(pcm) : alawmulaw.alaw.encode(pcm);

export const decode = (codec: Codec, payload: Uint8Array): Int16Array =>
  codec === 'PCMU' ? alawmulaw.mulaw.decode(payload) : alawmulaw.alaw.decode(payload);
