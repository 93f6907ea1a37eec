/** The endpoints of all threads: their ports, sockets and descriptions, from the first `bind` to the last `unbound`. */
import type { LegId } from '../session/ids.ts';
import { PortRange } from './core/port-range.ts';
import { type Leg, localOf } from './leg.ts';
import type { EndpointId, FromRecorder, FromThread, ToThread } from './messages.ts';
import { answerOffer, makeOffer } from './negotiate.ts';
import type { MediaEngineOptions } from './options.ts';
import { chooseRelay } from './relay.ts';
import { ThreadPool } from './thread-pool.ts';

/** Ports known to be held by other programs that are tried again for one endpoint, when there are no others. */
const MAX_RETRIES = 50;

export interface EndpointsHost {
  opened(leg: Leg): void;
  /** The leg is forgotten already. */
  failed(leg: LegId, reason: 'invalidSdp' | 'noResources', detail: string): void;
  /** The leg went down with its thread; its ports are free. */
  lost(leg: Leg, detail: string): void;
  /** What an endpoint says, besides opening and closing. The leg may be closed. */
  heard(leg: Leg, message: FromThread): void;
  /** Its sockets are closed, and nothing more is heard of it. */
  released(leg: Leg): void;
  recorder(message: FromRecorder): void;
  /** A thread died; `lost` follows for each of its legs. */
  crashed(thread: number): void;
}

export class Endpoints {
  readonly pool: ThreadPool;
  readonly ports: PortRange;
  readonly #host: EndpointsHost;
  readonly #address: string;
  readonly #range: MediaEngineOptions['portRange'];
  readonly #legs = new Map<LegId, Leg>();
  /** Closed ones, too, until their sockets are. */
  readonly #endpoints = new Map<EndpointId, Leg>();

  /** @throws {RangeError} when the port range holds no pair of ports. */
  constructor(options: MediaEngineOptions, host: EndpointsHost) {
    const { address, log, startThread } = options;
    this.#host = host;
    this.#address = options.advertisedAddress ?? address;
    this.#range = options.portRange;
    this.ports = new PortRange(options.portRange.from, options.portRange.to);
    this.pool = new ThreadPool({
      threads: options.workers,
      address,
      relay: chooseRelay(options.relay, log),
      ...(startThread === undefined ? {} : { startThread }),
      onMessage: (message) => this.#hear(message),
      onCrash: (thread, detail) => this.#crashed(thread, detail),
      log,
    });
  }

  get(id: LegId): Leg | undefined {
    return this.#legs.get(id);
  }

  get legs(): Iterable<Leg> {
    return this.#legs.values();
  }

  /** Endpoints that have not given everything back. */
  get size(): number {
    return this.#endpoints.size;
  }

  add(leg: Leg): void {
    this.#legs.set(leg.id, leg);
    this.#bind(leg);
  }

  /** Messages wait until the sockets are there. */
  send(leg: Leg, message: ToThread): void {
    if (leg.waiting !== undefined) leg.waiting.push(message);
    else this.pool.send(leg.thread, message);
  }

  /** Gives everything back, also while the sockets are being opened: then `bound` or `bindFailed` finds the leg closed. */
  close(leg: Leg): void {
    this.#legs.delete(leg.id);
    leg.closed = true;
    if (leg.waiting === undefined) this.pool.send(leg.thread, { type: 'unbind', endpoint: leg.endpoint });
  }

  /** Ends the threads. */
  async shutdown(): Promise<void> {
    await this.pool.close();
    for (const leg of [...this.#endpoints.values()]) this.#release(leg);
  }

  #bind(leg: Leg): void {
    // The whole range is tried once: what is found to be held by others is left out afterwards.
    const port = this.ports.take() ?? (leg.retries++ < MAX_RETRIES ? this.ports.retry() : undefined);
    if (port === undefined) {
      const { used, foreign, size } = this.ports;
      const { from, to } = this.#range;
      const whose = `${used} of ${size} in use here, ${foreign} by other programs`;
      this.#fail(leg, 'noResources', `no free RTP port in ${from}-${to}: ${whose}`);
      return;
    }
    leg.port = port;
    const fault = this.#describe(leg);
    if (fault !== undefined) {
      this.ports.give(port);
      this.#fail(leg, 'invalidSdp', fault);
      return;
    }
    this.#endpoints.set(leg.endpoint, leg);
    this.pool.bind(leg.thread, leg.endpoint, port, leg.rtpTimeoutMs);
  }

  /** Our description with the port that is to be tried; gives what is wrong with the offer. */
  #describe(leg: Leg): string | undefined {
    const local = localOf(leg, this.#address);
    if (leg.offer === undefined) {
      leg.sdp = makeOffer(local);
      return undefined;
    }
    const result = answerOffer(leg.offer, local);
    if (!result.ok) return result.detail;
    leg.sdp = result;
    leg.remote = leg.source === undefined ? result.remote : { ...result.remote, source: leg.source };
    return undefined;
  }

  #bound(leg: Leg): void {
    const waiting = leg.waiting ?? [];
    leg.waiting = undefined;
    if (leg.closed) {
      // Not `close`: another leg may have the id by now.
      this.pool.send(leg.thread, { type: 'unbind', endpoint: leg.endpoint });
      return;
    }
    if (leg.remote !== undefined && leg.started)
      this.send(leg, { type: 'remote', endpoint: leg.endpoint, remote: leg.remote });
    for (const message of waiting) this.send(leg, message);
    this.#host.opened(leg);
  }

  #bindFailed(leg: Leg, code: string, detail: string): void {
    this.#release(leg);
    if (code === 'EADDRINUSE') this.ports.refused(leg.port);
    if (leg.closed) return;
    if (code === 'EADDRINUSE') this.#bind(leg);
    else this.#fail(leg, 'noResources', detail);
  }

  #fail(leg: Leg, reason: 'invalidSdp' | 'noResources', detail: string): void {
    this.#legs.delete(leg.id);
    leg.closed = true;
    this.#host.failed(leg.id, reason, detail);
  }

  #release(leg: Leg): void {
    this.#endpoints.delete(leg.endpoint);
    this.pool.forget(leg.thread);
    this.ports.give(leg.port);
    this.#host.released(leg);
  }

  #hear(message: FromThread | FromRecorder): void {
    if ('recorder' in message) {
      this.#host.recorder(message);
      return;
    }
    const leg = this.#endpoints.get(message.endpoint);
    if (leg === undefined) return;
    if (message.type === 'bound') this.#bound(leg);
    else if (message.type === 'bindFailed') this.#bindFailed(leg, message.code, message.detail);
    else if (message.type === 'unbound') this.#release(leg);
    else this.#host.heard(leg, message);
  }

  #crashed(thread: number, detail: string): void {
    this.#host.crashed(thread);
    for (const leg of [...this.#endpoints.values()].filter((each) => each.thread === thread)) {
      this.#release(leg);
      if (leg.closed) continue;
      this.#legs.delete(leg.id);
      leg.closed = true;
      this.#host.lost(leg, detail);
    }
  }
}
