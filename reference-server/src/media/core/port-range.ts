/** Which RTP ports are free. RTP takes an even port, RTCP the odd one above (RFC 3550 11). */
export class PortRange {
  readonly #ports: number[] = [];
  readonly #used = new Set<number>();
  /** Held by others when they were tried last, the oldest first. */
  readonly #foreign = new Set<number>();
  #next = 0;

  /** Both ends belong to the range. @throws {RangeError} when no pair of ports lies in it. */
  constructor(from: number, to: number) {
    for (let port = from + (from & 1); port + 1 <= to; port += 2) this.#ports.push(port);
    if (!Number.isInteger(from) || from < 1 || to > 65535 || this.#ports.length === 0) {
      throw new RangeError(`RTP port range ${from}-${to} holds no pair of an even port and the one above it`);
    }
  }

  /** The port whose turn it is, round and round, so that one just given back rests; undefined when all are in use, here or by others. */
  take(): number | undefined {
    for (let tries = 0; tries < this.#ports.length; tries++) {
      const port = this.#ports[this.#next];
      this.#next = (this.#next + 1) % this.#ports.length;
      if (port !== undefined && !this.#used.has(port) && !this.#foreign.has(port)) {
        this.#used.add(port);
        return port;
      }
    }
    return undefined;
  }

  /** The port of others that was tried longest ago: it may be free by now. */
  retry(): number | undefined {
    for (const port of this.#foreign) {
      this.#foreign.delete(port);
      this.#used.add(port);
      return port;
    }
    return undefined;
  }

  /** It is held by another program. */
  refused(port: number): void {
    this.#used.delete(port);
    this.#foreign.add(port);
  }

  give(port: number): void {
    this.#used.delete(port);
  }

  get used(): number {
    return this.#used.size;
  }

  /** Ports that others held when they were tried last. */
  get foreign(): number {
    return this.#foreign.size;
  }

  get size(): number {
    return this.#ports.length;
  }
}
