/**
 * What becomes of another leg's telephone events: its packets are passed on, or the key is made anew, and whichever it
 * was at the start of a key it is to its end. So a prompt that begins within a key never doubles it.
 */
import type { Digit } from '../../session/ids.ts';
import { DtmfReceiver } from './dtmf-receiver.ts';

export type KeyFate = 'pass' | 'drop' | { readonly make: Digit };

export class KeyRelay {
  readonly #keys = new DtmfReceiver();
  #passing = false;

  /** `canPass`: the leg's packets go out one by one at the moment. */
  receive(
    packet: { readonly ssrc: number; readonly sequence: number; readonly timestamp: number; readonly marker: boolean },
    payload: Uint8Array,
    canPass: boolean,
  ): KeyFate {
    const digit = this.#keys.receive(packet, payload);
    if (digit !== undefined) {
      this.#passing = canPass;
      if (!canPass) return { make: digit };
    }
    return this.#passing && canPass ? 'pass' : 'drop';
  }
}
