import { audioOf, parseSdp } from '../sdp/index.ts';
import type { Direction } from './ports/media.ts';

/** Of the audio of a description as its side says it; sendrecv where it says nothing (RFC 3264 section 5.1). */
export const directionIn = (description: string): Direction => {
  const parsed = parseSdp(description);
  return (parsed.ok ? audioOf(parsed.sdp)?.direction : undefined) ?? 'sendrecv';
};
