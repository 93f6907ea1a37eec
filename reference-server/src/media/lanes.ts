/**
 * Lanes: sockets of their own for far ends that have settled. A lane shares the port of its endpoint and is connected to
 * the far end, so that the kernel hands it the packets of that place and of no other, and a packet needs no address on
 * its way out. While a lane has a route, packets pass to another lane with a new header and nothing is made of them but
 * a count; all others go to the endpoint as if they had come to its usual socket.
 */
import type { Route } from './core/route.ts';
import type { Tally } from './core/tally.ts';

/** Milliseconds: what beats are made of. Twelve are 10 ms, so that packets of 10, 20, 30 … ms come every so many beats. */
export const TURN = 10 / 12;

export interface LaneHost {
  /** A packet that does not pass. Its bytes are good for the time of the call only. */
  receive(packet: Uint8Array, now: number): void;
  /** What passed since the last call; at least one packet did. */
  passed(tally: Tally): void;
}

export interface Lane {
  /** Whether routes may be given, here and to here. */
  readonly ready: boolean;
  /** Has the host told what has passed until now. The lane does so itself before a packet that does not pass, and when the route ends. */
  settle(): void;
  /** Sends the first bytes of a packet to the far end. Only when ready. */
  send(packet: Uint8Array, length: number): void;
  /** Packets that the route fits leave through `out` from now on, or end here without one; undefined: no packet passes. */
  route(route: Route | undefined, out?: Lane): void;
  /** Resolves when the port is free. Nothing is received from the call on. */
  close(): Promise<void>;
}

export interface LanePlace {
  readonly address: string;
  readonly port: number;
  readonly toAddress: string;
  readonly toPort: number;
}

export interface Lanes {
  readonly kind: 'addon' | 'typescript';
  /** Lanes that are ready, those with a route to another one, and those with one that ends here. */
  readonly ready: number;
  readonly routed: number;
  readonly ending: number;
  /** A lane that gets ready later, or never. */
  open(place: LanePlace, host: LaneHost): Lane;
  /**
   * Sleeps until the next beat, takes what has come to the lanes and passes it on, and so on until it is `until`, once at
   * least; gives how many packets came. Beats are the multiples of `length`, which is one of `TURN`; all in milliseconds.
   */
  work(length: number, until: number): number;
  close(): Promise<void>;
}
