import { flags, type Place, segment } from './frames.ts';
import type { Frame } from './pcapng.ts';

/** Longest piece of a stream in one frame. */
const longestPiece = 1400;

/** A TCP connection whose segments were never seen, only what was written to it: as it could have been. Pure. */
export class Connection {
  readonly #ends: readonly [Place, Place];
  readonly #sequence: [number, number] = [1000, 5000];
  readonly #frames: Frame[] = [];

  /** `client` has opened it at `at`, ms since 1970. */
  constructor(at: number, client: Place, server: Place) {
    this.#ends = [client, server];
    const { syn, ack } = flags;
    this.#put(at, 0, syn);
    this.#put(at, 1, syn | ack);
    this.#put(at, 0, ack);
  }

  /** Something was written by the client (0) or the server (1). */
  write(at: number, by: 0 | 1, bytes: Uint8Array): void {
    for (let from = 0; from < bytes.byteLength; from += longestPiece)
      this.#put(at, by, flags.push | flags.ack, bytes.subarray(from, from + longestPiece));
    this.#put(at, by === 0 ? 1 : 0, flags.ack);
  }

  close(at: number, by: 0 | 1): void {
    const { fin, ack } = flags;
    const other = by === 0 ? 1 : 0;
    this.#put(at, by, fin | ack);
    this.#put(at, other, fin | ack);
    this.#put(at, by, ack);
  }

  reset(at: number, by: 0 | 1): void {
    this.#put(at, by, flags.rst | flags.ack);
  }

  frames(): readonly Frame[] {
    return this.#frames;
  }

  #put(at: number, by: 0 | 1, what: number, bytes?: Uint8Array): void {
    const other = by === 0 ? 1 : 0;
    const first = what === flags.syn;
    const of = { sequence: this.#sequence[by], acknowledged: first ? 0 : this.#sequence[other], flags: what };
    this.#frames.push({ at, bytes: segment(this.#ends[by], this.#ends[other], of, bytes) });
    this.#sequence[by] += (bytes?.byteLength ?? 0) + ((what & (flags.syn | flags.fin)) === 0 ? 0 : 1);
  }
}
