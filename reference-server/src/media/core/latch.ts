/**
 * Where to send: what the SDP says, until a stream comes from elsewhere and none from there (symmetric RTP, RFC 4961).
 * Then to that source, and only packets from there count, so that a stranger cannot take a call over; unless it has been
 * silent for a while. Stray packets, such as the last ones of a call that had the port before, are no stream: a source has
 * to go on for some packets before it counts (RFC 3550 6.2.1 calls it probation). The place that the SDP names needs no
 * trial, and has the stream back whenever it speaks.
 */
export interface LatchOptions {
  /** Milliseconds after which another source may take over. */
  readonly silence: number;
  /** Packets in a row that a source must send before it is followed. */
  readonly trial: number;
}

interface Place {
  readonly address: string;
  readonly port: number;
}

const same = (one: Place | undefined, address: string, port: number): boolean =>
  one?.port === port && one.address === address;

export class Latch {
  readonly #options: LatchOptions;
  #named: Place;
  #current: Place;
  #heardAt: number | undefined;
  #candidate: Place | undefined;
  #candidatePackets = 0;

  constructor(address: string, port: number, options: LatchOptions) {
    this.#options = options;
    this.#named = { address, port };
    this.#current = this.#named;
  }

  get address(): string {
    return this.#current.address;
  }

  get port(): number {
    return this.#current.port;
  }

  /** SDP named a place. Packets decide anew when it is another than before. */
  announce(address: string, port: number): void {
    if (same(this.#named, address, port)) return;
    this.#named = { address, port };
    this.#follow(this.#named);
    this.#heardAt = undefined;
  }

  /** Whether a packet from there counts. */
  accept(address: string, port: number, now: number): boolean {
    if (!same(this.#current, address, port)) {
      if (same(this.#named, address, port)) this.#follow(this.#named);
      else if (this.#heardAt !== undefined && now - this.#heardAt < this.#options.silence) return false;
      else if (!this.#onTrial(address, port)) return false;
      else this.#follow({ address, port });
    }
    this.#heardAt = now;
    return true;
  }

  /** Counts the packets of one source in a row; true when it has sent enough. */
  #onTrial(address: string, port: number): boolean {
    if (!same(this.#candidate, address, port)) {
      this.#candidate = { address, port };
      this.#candidatePackets = 0;
    }
    this.#candidatePackets++;
    return this.#candidatePackets >= this.#options.trial;
  }

  #follow(place: Place): void {
    this.#current = place;
    this.#candidate = undefined;
  }
}
