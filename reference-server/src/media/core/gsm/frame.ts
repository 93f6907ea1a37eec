/** The 33 octets of a GSM frame in RTP (RFC 3551 4.5.8.1) and what is in them: 76 parameters after the signature 0xD. */
import { LAR_BITS } from './tables.ts';

export const FRAME_BYTES = 33;
export const FRAME_SAMPLES = 160;
const SIGNATURE = 0xd;
/** Widths of the parameters in their order: eight ratios, then four times lag, gain, grid, maximum and 13 pulses. */
const SUBFRAME_BITS = [7, 2, 2, 6, ...Array<number>(13).fill(3)];
const BITS: readonly number[] = [...LAR_BITS, ...SUBFRAME_BITS, ...SUBFRAME_BITS, ...SUBFRAME_BITS, ...SUBFRAME_BITS];
export const PARAMETERS = BITS.length;
/** Parameters of one subframe, and where the first begins. */
export const SUBFRAME = 17;
export const FIRST_SUBFRAME = 8;

export function packFrame(parameters: Int16Array, out: Uint8Array, at: number): void {
  let held = SIGNATURE;
  let bits = 4;
  let to = at;
  for (let i = 0; i < PARAMETERS; i++) {
    const width = BITS[i] ?? 0;
    held = (held << width) | ((parameters[i] ?? 0) & ((1 << width) - 1));
    bits += width;
    while (bits >= 8) {
      bits -= 8;
      out[to++] = (held >> bits) & 0xff;
    }
    held &= (1 << bits) - 1;
  }
}

/** False when the signature is another. */
export function unpackFrame(bytes: Uint8Array, at: number, parameters: Int16Array): boolean {
  if ((bytes[at] ?? 0) >> 4 !== SIGNATURE) return false;
  let held = (bytes[at] ?? 0) & 0x0f;
  let bits = 4;
  let from = at + 1;
  for (let i = 0; i < PARAMETERS; i++) {
    const width = BITS[i] ?? 0;
    while (bits < width) {
      held = (held << 8) | (bytes[from++] ?? 0);
      bits += 8;
    }
    bits -= width;
    parameters[i] = held >> bits;
    held &= (1 << bits) - 1;
  }
  return true;
}
