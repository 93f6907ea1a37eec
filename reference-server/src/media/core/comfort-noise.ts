/**
 * Comfort noise (RFC 3389): what a far end that sends nothing while nobody speaks wants to be heard in place of it, by its
 * level and the shape of its spectrum.
 */

import { saturate } from './mix.ts';
import { byte } from './rtp.ts';

/** Static payload type of RFC 3551. */
export const COMFORT_NOISE = 13;
/** Coefficients that are used; more of them say nothing that could be heard. */
const ORDER = 10;
/** Loudest noise that is made, dBov: whoever asks for more is mistaken, and nobody should be hurt by it. */
const LOUDEST = -20;
/** Bytes that are kept of a description. */
const KEPT = 1 + 32;
/** Full scale of dBov is a square wave at the limits. */
const FULL = 32_768;

export class ComfortNoise {
  /** What describes it, for somebody who makes it himself; another object each time that it is described. */
  payload: Uint8Array = new Uint8Array(0);
  /** Standard deviation of what excites the filter, times the root of 12: that of a uniform distribution is 1. */
  #gain = 0;
  #reflection = new Float64Array(0);
  #state = new Float64Array(0);
  #seed = 1;

  /** Level and shape of the payload of a packet; from now on the noise is like that. An empty one is silence. */
  describe(payload: Uint8Array): void {
    this.payload = payload.slice(0, KEPT);
    const level = payload.length === 0 ? -127 : Math.min(LOUDEST, -(byte(payload, 0) & 0x7f));
    const order = Math.max(0, Math.min(ORDER, payload.length - 1));
    this.#reflection = new Float64Array(order);
    this.#state = new Float64Array(order + 1);
    // The filter makes the noise louder by what is taken off here.
    let share = 1;
    for (let i = 0; i < order; i++) {
      const k = Math.max(-0.98, Math.min(0.98, (258 * (byte(payload, i + 1) - 127)) / FULL));
      this.#reflection[i] = k;
      share *= 1 - k * k;
    }
    this.#gain = level <= -127 ? 0 : FULL * 10 ** (level / 20) * Math.sqrt(12 * share);
  }

  /** Writes the next samples. */
  fill(out: Int16Array): void {
    const k = this.#reflection;
    const state = this.#state;
    for (let n = 0; n < out.length; n++) {
      // The same each time: nobody guesses anything from it, and a test can hear it.
      this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
      let forward = (this.#seed / 2 ** 32 - 0.5) * this.#gain;
      for (let i = k.length - 1; i >= 0; i--) {
        forward -= (k[i] ?? 0) * (state[i] ?? 0);
        state[i + 1] = (state[i] ?? 0) + (k[i] ?? 0) * forward;
      }
      state[0] = forward;
      out[n] = saturate(Math.round(forward));
    }
  }
}
