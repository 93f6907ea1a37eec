/**
 * Puts the packets of one stream in order for whoever listens to it as a whole (keys in the voice, frames that build on
 * each other). Costs no time while nothing is missing; a missing packet is waited for until two behind it have come.
 */
import { sequenceDistance } from './rtp.ts';

export interface Packet {
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
}

/** `lost`: packets before this one never came. */
export type Take = (timestamp: number, payload: Uint8Array, lost: boolean) => void;

interface Held {
  readonly sequence: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

const HOLD = 2;
/** Further ahead, or behind, than this is another stream under the old name. */
const JUMP = 50;

export class InOrder {
  #ssrc: number | undefined;
  /** Sequence number of the packet that is due. */
  #next = 0;
  /** By sequence number. */
  #held: Held[] = [];

  /** Hands on what is in order now. A payload is valid during the call; one that has to wait is copied. */
  put(packet: Packet, payload: Uint8Array, take: Take): void {
    const { ssrc, sequence, timestamp } = packet;
    const ahead = sequenceDistance(sequence, this.#next);
    if (ssrc !== this.#ssrc || Math.abs(ahead) > JUMP) {
      this.#flush(take);
      this.#ssrc = ssrc;
      this.#next = (sequence + 1) & 0xffff;
      take(timestamp, payload, false);
      return;
    }
    // It came twice, or after it had been given up.
    if (ahead < 0) return;
    if (ahead === 0) {
      this.#pass(sequence, timestamp, payload, take);
      this.#release(take);
      return;
    }
    if (!this.#hold({ sequence, timestamp, payload })) return;
    const [first] = this.#held;
    if (this.#held.length <= HOLD || first === undefined) return;
    this.#next = first.sequence;
    this.#held.shift();
    this.#pass(first.sequence, first.timestamp, first.payload, take, true);
    this.#release(take);
  }

  /** False when it is there already. */
  #hold({ sequence, timestamp, payload }: Held): boolean {
    let at = this.#held.length;
    while (at > 0 && sequenceDistance(this.#held[at - 1]?.sequence ?? 0, sequence) > 0) at--;
    if (at > 0 && this.#held[at - 1]?.sequence === sequence) return false;
    this.#held.splice(at, 0, { sequence, timestamp, payload: new Uint8Array(payload) });
    return true;
  }

  #pass(sequence: number, timestamp: number, payload: Uint8Array, take: Take, lost = false): void {
    this.#next = (sequence + 1) & 0xffff;
    take(timestamp, payload, lost);
  }

  /** Those that follow on what was handed on. */
  #release(take: Take): void {
    for (let first = this.#held[0]; first?.sequence === this.#next; first = this.#held[0]) {
      this.#held.shift();
      this.#pass(first.sequence, first.timestamp, first.payload, take);
    }
  }

  #flush(take: Take): void {
    const held = this.#held;
    this.#held = [];
    for (const { timestamp, payload } of held) take(timestamp, payload, true);
  }
}
