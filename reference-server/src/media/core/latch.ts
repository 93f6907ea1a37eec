/**
 * Where to send: what the SDP says, until a stream comes from elsewhere and none from there (symmetric RTP, RFC 4961).
 * Then to that source, and only packets from there count, so that a stranger cannot take a call over; unless it has been
 * silent for a while. Stray packets, such as the last ones of a call that had the port before, are no stream: a source has
 * to go on for some packets before it counts (RFC 3550 6.2.1 calls it probation). The place that the SDP names needs no
 * trial, and has the stream back whenever it speaks.
 *
 * Who may take over is on the host that SDP names or on the one that is followed already; as long as nothing has come from
 * where SDP says, the host that the signalling comes from may too (the far end sits behind a NAT and did not learn its own
 * address). Else somebody who merely finds the port could have the stream of a far end that only listens. Where the host of
 * the signalling is not known, any host may that speaks in place of an address that nobody can be reached at from outside
 * (RFC 1918 and the like) (D-RTP).
 */
import { type Ssrc, sequenceDistance } from './rtp.ts';

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

/** Private, shared, link-local or no address: RFC 1918, 6598, 3927, 4193, 4291. */
const unroutable =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|0\.0\.0\.0$|f[cd]|fe[89ab]|::$)/;

/** IPv6 addresses as sockets spell them. */
const canonical = (address: string): string => {
  const url = address.includes(':') ? URL.parse(`http://[${address}]`) : null;
  return url === null ? address : url.hostname.slice(1, -1);
};

/** What tells one RTP stream from another. */
export interface StreamMark {
  readonly ssrc: Ssrc;
  readonly sequence: number;
}

const same = (one: Place | undefined, address: string, port: number): boolean =>
  one?.port === port && one.address === address;

export class Latch {
  readonly #options: LatchOptions;
  #named: Place;
  #source: string | undefined;
  #current: Place;
  #heardAt: number | undefined;
  /** Something came from the place that SDP names. */
  #namedHeard = false;
  #candidate: Place | undefined;
  #candidatePackets = 0;
  #candidateMark: StreamMark | undefined;

  /** `source`: the host that the signalling comes from. */
  constructor(address: string, port: number, options: LatchOptions, source?: string) {
    this.#options = options;
    this.#source = source && canonical(source);
    this.#named = { address: canonical(address), port };
    this.#current = this.#named;
  }

  get address(): string {
    return this.#current.address;
  }

  get port(): number {
    return this.#current.port;
  }

  /** Whether anything has come from the place that is followed. */
  get settled(): boolean {
    return this.#heardAt !== undefined;
  }

  /** SDP named a place. Packets decide anew when it is another than before. */
  announce(address: string, port: number, source?: string): void {
    const named = { address: canonical(address), port };
    if (source !== undefined) this.#source = canonical(source);
    if (same(this.#named, named.address, port)) return;
    this.#named = named;
    this.#follow(this.#named);
    this.#heardAt = undefined;
    this.#namedHeard = false;
  }

  /** Whether a packet from there counts. With `mark` a trial is for packets of one stream, in their order. */
  accept(address: string, port: number, now: number, mark?: StreamMark): boolean {
    if (same(this.#named, address, port)) this.#namedHeard = true;
    if (!same(this.#current, address, port)) {
      if (same(this.#named, address, port)) this.#follow(this.#named);
      else if (this.#heardAt !== undefined && now - this.#heardAt < this.#options.silence) return false;
      else if (!this.#mayTakeOver(address) || !this.#onTrial(address, port, mark)) return false;
      else this.#follow({ address, port });
    }
    this.#heardAt = now;
    return true;
  }

  /** Something came from the place that is followed. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  #mayTakeOver(address: string): boolean {
    if (address === this.#named.address) return true;
    if (this.#namedHeard) return false;
    if (address === this.#current.address) return true;
    return this.#source === undefined ? unroutable.test(this.#named.address) : address === this.#source;
  }

  /** Counts the packets of one stream in a row; true when it has sent enough. */
  #onTrial(address: string, port: number, mark: StreamMark | undefined): boolean {
    const before = this.#candidateMark;
    if (!same(this.#candidate, address, port) || before?.ssrc !== mark?.ssrc) {
      this.#candidate = { address, port };
      this.#candidatePackets = 0;
    } else if (mark && before && sequenceDistance(mark.sequence, before.sequence) <= 0) return false;
    // Copied: the one that is handed in is filled anew for each packet.
    this.#candidateMark = mark && { ssrc: mark.ssrc, sequence: mark.sequence };
    this.#candidatePackets++;
    return this.#candidatePackets >= this.#options.trial;
  }

  #follow(place: Place): void {
    this.#current = place;
    this.#candidate = undefined;
  }
}
