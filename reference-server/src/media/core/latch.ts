/**
 * Where to send: what the SDP says, until packets come from elsewhere (symmetric RTP, RFC 4961). Then there, and only
 * packets from there count, so that a stranger cannot take a call over; unless that source has been silent for a while.
 */
export class Latch {
  #address: string;
  #port: number;
  #heardAt: number | undefined;
  readonly #silence: number;

  /** `silence`: milliseconds after which another source may take over. */
  constructor(address: string, port: number, silence: number) {
    this.#address = address;
    this.#port = port;
    this.#silence = silence;
  }

  get address(): string {
    return this.#address;
  }

  get port(): number {
    return this.#port;
  }

  /** SDP named an address. Packets decide anew when it is another than before. */
  announce(address: string, port: number, announced: { readonly address: string; readonly port: number }): void {
    if (announced.address === address && announced.port === port) return;
    this.#address = address;
    this.#port = port;
    this.#heardAt = undefined;
  }

  /** Whether a packet from there counts. */
  accept(address: string, port: number, now: number): boolean {
    if (address !== this.#address || port !== this.#port) {
      if (this.#heardAt !== undefined && now - this.#heardAt < this.#silence) return false;
      this.#address = address;
      this.#port = port;
    }
    this.#heardAt = now;
    return true;
  }
}
