/** Lanes in C: everything between two sockets happens in the addon; this side keeps count and takes what does not pass. */
import { type AddonCore, type AddonFunctions, BATCH, RECORD, SLOT, TALLY } from './addon.ts';
import type { Route } from './core/route.ts';
import type { Tally } from './core/tally.ts';
import type { Lane, LaneHost, LanePlace, Lanes } from './lanes.ts';

export class AddonLanes implements Lanes {
  readonly kind = 'addon';
  readonly #addon: AddonFunctions;
  readonly #core: AddonCore;
  readonly #records = new Uint32Array((1 + BATCH) * RECORD);
  readonly #tally = new Float64Array(TALLY);
  readonly #slots = new Uint8Array(BATCH * SLOT);
  /** By their numbers in the addon. */
  readonly #lanes: (AddonLane | undefined)[] = [];
  #ready = 0;
  #routed = 0;

  constructor(addon: AddonFunctions) {
    this.#addon = addon;
    this.#core = addon.create(this.#records, this.#slots, this.#tally);
  }

  get ready(): number {
    return this.#ready;
  }

  get routed(): number {
    return this.#routed;
  }

  open({ address, port, toAddress, toPort }: LanePlace, host: LaneHost): Lane {
    const index = this.#addon.open(this.#core, address, port, toAddress, toPort);
    const lane = new AddonLane(index, host, {
      ...{ addon: this.#addon, core: this.#core, tally: this.#tally },
      closed: () => {
        this.#lanes[index] = undefined;
        this.#ready--;
      },
      routed: (by) => {
        this.#routed += by;
      },
    });
    // The system has no socket for it: packets go the long way.
    if (index < 0) return lane;
    this.#lanes[index] = lane;
    this.#ready++;
    return lane;
  }

  drain(now: number): number {
    let all = 0;
    let taken: number;
    do {
      taken = this.#addon.drain(this.#core, now);
      all += taken;
      const records = this.#records;
      for (let at = RECORD; at < RECORD + (records[0] ?? 0) * RECORD; at += RECORD) {
        const [lane = 0, slot = 0, length = 0] = [records[at], records[at + 1], records[at + 2]];
        this.#lanes[lane]?.receive(this.#slots.subarray(slot * SLOT, slot * SLOT + length), now);
      }
    } while (taken === BATCH);
    return all;
  }

  async close(): Promise<void> {
    this.#lanes.length = 0;
    this.#ready = 0;
    this.#addon.destroy(this.#core);
  }
}

interface Parts {
  readonly addon: AddonFunctions;
  readonly core: AddonCore;
  /** Filled by `settle`. */
  readonly tally: Float64Array;
  readonly closed: () => void;
  /** One route more, or one less. */
  readonly routed: (by: 1 | -1) => void;
}

class AddonLane implements Lane {
  readonly #parts: Parts;
  readonly #host: LaneHost;
  /** Its number in the addon, negative when it has none. */
  #index: number;
  #tally: Tally | undefined;

  constructor(index: number, host: LaneHost, parts: Parts) {
    this.#parts = parts;
    this.#index = index;
    this.#host = host;
  }

  get ready(): boolean {
    return this.#index >= 0;
  }

  receive(packet: Uint8Array, now: number): void {
    this.settle();
    this.#host.receive(packet, now);
  }

  send(packet: Uint8Array, length: number): void {
    const { addon, core } = this.#parts;
    if (this.#index >= 0) addon.send(core, this.#index, packet, length);
  }

  settle(): void {
    const { addon, core, tally: numbers } = this.#parts;
    const tally = this.#tally;
    if (tally === undefined || addon.settle(core, this.#index) === 0) return;
    tally.packets = numbers[0] ?? 0;
    tally.octets = numbers[1] ?? 0;
    tally.sequence = numbers[2] ?? 0;
    tally.timestamp = numbers[3] ?? 0;
    tally.jitter = numbers[4] ?? 0;
    tally.transit = numbers[5] ?? 0;
    tally.at = numbers[6] ?? 0;
    this.#host.passed(tally);
  }

  route(route: Route | undefined, out?: Lane): void {
    this.settle();
    const { addon, core, routed } = this.#parts;
    if (this.#tally !== undefined) routed(-1);
    this.#tally = undefined;
    if (this.#index < 0) return;
    if (route === undefined || !(out instanceof AddonLane) || out.#index < 0) {
      addon.unroute(core, this.#index);
      return;
    }
    const { map, sequence, timestamp, tally } = route;
    const { ssrcIn, typeIn, ssrcOut, typeOut } = map;
    const from = [sequence, timestamp, tally.jitter, tally.transit ?? Number.NaN] as const;
    addon.route(core, this.#index, out.#index, ssrcIn, typeIn, ssrcOut, typeOut, map.sequence, map.timestamp, ...from);
    this.#tally = tally;
    routed(1);
  }

  async close(): Promise<void> {
    if (this.#index < 0) return;
    this.route(undefined);
    const { addon, core } = this.#parts;
    addon.close(core, this.#index);
    this.#index = -1;
    this.#parts.closed();
  }
}
