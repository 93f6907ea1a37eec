import alawmulaw from 'alawmulaw';
import type { Law } from './types.ts';

/** G.711 by a library that no server of ours uses (design, rule 4). 16 bit, 8 kHz. */
export const encode = (law: Law, pcm: Int16Array): Uint8Array =>
  law === 'PCMU' ? alawmulaw.mulaw.encode(pcm) : alawmulaw.alaw.encode(pcm);

export const decode = (law: Law, payload: Uint8Array): Int16Array =>
  law === 'PCMU' ? alawmulaw.mulaw.decode(payload) : alawmulaw.alaw.decode(payload);
