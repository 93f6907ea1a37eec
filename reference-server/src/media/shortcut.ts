/**
 * The lane of one endpoint, and the routes into and out of it. A route is set up by a packet that went the long way and
 * was passed on as it was; whatever happens to either endpoint cuts it, and the next such packet sets it up again. So
 * nothing that happens to a call has to know what a route depends on.
 */
import { Route, type RouteMap } from './core/route.ts';
import type { Lane, LaneHost, LanePlace, Lanes } from './lanes.ts';

export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface ShortcutHost extends LaneHost {
  /** What leaves here comes on a route from now on, or does so no longer. */
  fed(on: boolean): void;
}

export interface Suggestion {
  readonly map: RouteMap;
  readonly sequence: number;
  readonly timestamp: number;
  readonly running: { readonly jitter: number; readonly transit: number | undefined };
}

/** Packets that must have gone the long way before a lane is worth its socket. */
const TRIAL = 10;

export class Shortcut {
  readonly #lanes: Lanes | undefined;
  readonly #here: Place;
  readonly #host: ShortcutHost;
  #lane: Lane | undefined;
  #there: Place | undefined;
  #to: Shortcut | undefined;
  #from: Shortcut | undefined;
  /** Packets of this stream end here without a look. */
  #end: Route | undefined;
  #asked = 0;
  readonly #closing = new Set<Promise<void>>();

  /** Without lanes nothing ever takes this way. `here` is the socket of the endpoint. */
  constructor(lanes: Lanes | undefined, here: Place, host: ShortcutHost) {
    this.#lanes = lanes;
    this.#here = here;
    this.#host = host;
  }

  /** A packet with these numbers came from `there` and was passed on to the far end of `other`, at `place`. */
  suggest(there: Place, other: Shortcut, place: Place, suggestion: Suggestion): void {
    if (this.#lanes === undefined || this.#asked++ < TRIAL) return;
    this.#open(there);
    other.#open(place);
    const [lane, out] = [this.#lane, other.#lane];
    if (lane?.ready !== true || out?.ready !== true) return;
    this.#cutTo();
    if (other.#from !== undefined) other.#from.#cutTo();
    lane.route(routeOf(suggestion), out);
    this.#to = other;
    other.#from = this;
    other.#host.fed(true);
  }

  /** A packet with these numbers came that nobody listens to; its numbers out mean nothing. A stream that goes on with others gets another route. */
  end(suggestion: Suggestion): void {
    if (this.#lane?.ready !== true) return;
    const { map, sequence, timestamp } = suggestion;
    if (this.#end?.expects(map.typeIn, map.ssrcIn, sequence, timestamp)) return;
    if (this.#asked++ < TRIAL) return;
    this.#cutTo();
    this.#end = routeOf(suggestion);
    this.#lane.route(this.#end);
  }

  /** The far end has settled at this place: from now on its packets come on a lane, and go on it. */
  use(there: Place): void {
    this.#open(there);
  }

  /** Sends a packet on the lane; false when there is none to that place. */
  send(packet: Uint8Array, length: number): boolean {
    if (this.#lane?.ready !== true) return false;
    this.#lane.send(packet, length);
    return true;
  }

  /** Has everybody told what has passed from here and to here. */
  account(): void {
    this.#lane?.settle();
    if (this.#from !== undefined) this.#from.#lane?.settle();
  }

  /** No packet takes a route from here or to here any more. */
  cut(): void {
    this.#cutTo();
    if (this.#from !== undefined) this.#from.#cutTo();
  }

  #cutTo(): void {
    if (this.#to === undefined && this.#end === undefined) return;
    this.#lane?.route(undefined);
    this.#end = undefined;
    if (this.#to === undefined) return;
    this.#to.#from = undefined;
    this.#to.#host.fed(false);
    this.#to = undefined;
  }

  /** The far end is at `place` now: a lane to another place is of no use. */
  settle(place: Place): void {
    if (this.#lane !== undefined && !this.#leadsTo(place)) this.#leave();
  }

  /** Resolves when the lane's port is free. */
  async close(): Promise<void> {
    this.#leave();
    await Promise.all(this.#closing);
  }

  #leadsTo({ address, port }: Place): boolean {
    return this.#there?.port === port && this.#there.address === address;
  }

  #open({ address, port }: Place): void {
    if (this.#lanes === undefined || this.#lane !== undefined || port === 0) return;
    this.#there = { address, port };
    const place: LanePlace = { ...this.#here, toAddress: address, toPort: port };
    this.#lane = this.#lanes.open(place, this.#host);
  }

  #leave(): void {
    this.cut();
    const closed = this.#lane?.close();
    this.#lane = undefined;
    this.#asked = 0;
    if (closed === undefined) return;
    this.#closing.add(closed);
    void closed.finally(() => this.#closing.delete(closed));
  }
}

function routeOf({ map, sequence, timestamp, running }: Suggestion): Route {
  return new Route(map, sequence, timestamp, running.jitter, running.transit);
}
