/** Lanes in C: everything between two sockets happens in the addon; this side keeps count and takes what does not pass. */
import { type AddonCore, type AddonFunctions, BATCH, RECORD, SLOT } from './addon.ts';
import type { Route } from './core/route.ts';
import type { Lane, LaneHost, LanePlace, Lanes } from './lanes.ts';

export class AddonLanes implements Lanes {
  readonly kind = 'addon';
  readonly #addon: AddonFunctions;
  readonly #core: AddonCore;
  readonly #records = new Uint32Array(BATCH * RECORD);
  readonly #slots = new Uint8Array(BATCH * SLOT);
  /** By their numbers in the addon. */
  readonly #lanes: (AddonLane | undefined)[] = [];
  #ready = 0;

  constructor(addon: AddonFunctions) {
    this.#addon = addon;
    this.#core = addon.create(this.#records, this.#slots);
  }

  get ready(): number {
    return this.#ready;
  }

  open({ address, port, toAddress, toPort }: LanePlace, host: LaneHost): Lane {
    const index = this.#addon.open(this.#core, address, port, toAddress, toPort);
    const lane = new AddonLane(this.#addon, this.#core, index, host, () => {
      this.#lanes[index] = undefined;
      this.#ready--;
    });
    // The system has no socket for it: packets go the long way.
    if (index < 0) return lane;
    this.#lanes[index] = lane;
    this.#ready++;
    return lane;
  }

  drain(now: number): void {
    let count: number;
    do {
      count = this.#addon.drain(this.#core);
      for (let at = 0; at < count * RECORD; at += RECORD) this.#read(at, now);
    } while (count === BATCH);
  }

  #read(at: number, now: number): void {
    const records = this.#records;
    const host = this.#lanes[records[at] ?? 0]?.host;
    const [one = 0, two = 0, three = 0] = [records[at + 1], records[at + 2], records[at + 3]];
    if (three < HANDED_UP) host?.passed(one, two, three, now);
    else host?.receive(this.#slots.subarray(one * SLOT, one * SLOT + three - HANDED_UP), now);
  }

  async close(): Promise<void> {
    this.#lanes.length = 0;
    this.#ready = 0;
    this.#addon.destroy(this.#core);
  }
}

/** Set in the last number of a packet that did not pass. */
const HANDED_UP = 0x8000_0000;

class AddonLane implements Lane {
  readonly #addon: AddonFunctions;
  readonly #core: AddonCore;
  readonly #closed: () => void;
  readonly host: LaneHost;
  /** Its number in the addon, negative when it has none. */
  #index: number;

  constructor(addon: AddonFunctions, core: AddonCore, index: number, host: LaneHost, closed: () => void) {
    this.#addon = addon;
    this.#core = core;
    this.#index = index;
    this.host = host;
    this.#closed = closed;
  }

  get ready(): boolean {
    return this.#index >= 0;
  }

  send(packet: Uint8Array, length: number): void {
    if (this.#index >= 0) this.#addon.send(this.#core, this.#index, packet, length);
  }

  route(route: Route | undefined, out?: Lane): void {
    if (this.#index < 0) return;
    if (route === undefined || !(out instanceof AddonLane) || out.#index < 0) {
      this.#addon.unroute(this.#core, this.#index);
      return;
    }
    const { ssrcIn, typeIn, ssrcOut, typeOut, sequence, timestamp } = route.map;
    const numbers = [ssrcIn, typeIn, ssrcOut, typeOut, sequence, timestamp, route.sequence, route.timestamp] as const;
    this.#addon.route(this.#core, this.#index, out.#index, ...numbers);
  }

  async close(): Promise<void> {
    if (this.#index < 0) return;
    this.#addon.close(this.#core, this.#index);
    this.#index = -1;
    this.#closed();
  }
}
