/** Datagrams as they came and went, for a capture file. Pure: times are handed in. */

/** A datagram. `at` in ms on the run's clock once the host has it. */
export interface CapturedDatagram {
  readonly at: number;
  readonly sent: boolean;
  /** Our port: that of RTP, or the next one for RTCP. */
  readonly port: number;
  /** The other side. */
  readonly remote: { readonly host: string; readonly port: number };
  readonly bytes: Uint8Array;
}

export interface Captured {
  readonly datagrams: readonly CapturedDatagram[];
  /** How many more there were than were kept. */
  readonly leftOut: number;
}

/** Most of one end: a minute of two streams with 50 packets a second. */
const mostDatagrams = 6000;
const mostBytes = 2 * 1024 * 1024;

export class Capture {
  readonly #kept: CapturedDatagram[] = [];
  #bytes = 0;
  #leftOut = 0;

  add(datagram: CapturedDatagram): void {
    if (this.#kept.length >= mostDatagrams || this.#bytes + datagram.bytes.byteLength > mostBytes) {
      this.#leftOut += 1;
      return;
    }
    this.#bytes += datagram.bytes.byteLength;
    this.#kept.push(datagram);
  }

  all(): Captured {
    return { datagrams: this.#kept, leftOut: this.#leftOut };
  }
}
