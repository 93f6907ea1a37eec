/** Lanes in C: everything between two sockets happens in the addon; this side keeps count and takes what does not pass. */
import { type AddonCore, type AddonFunctions, BATCH, NOW, NOWHERE, RECORD, SLOT, TALLY } from './addon.ts';
import type { Route } from './core/route.ts';
import type { Tally } from './core/tally.ts';
import type { Lane, LaneHost, LanePlace, Lanes } from './lanes.ts';

/** Calls in a row without sleep, for what was left behind: then the event loop has its turn. */
const MOST_ROUNDS = 16;

export class AddonLanes implements Lanes {
  readonly kind = 'addon';
  readonly #addon: AddonFunctions;
  readonly #core: AddonCore;
  readonly #records = new Uint32Array((1 + BATCH) * RECORD);
  readonly #tally = new Float64Array(TALLY);
  readonly #slots = new Uint8Array(BATCH * SLOT);
  /** By their numbers in the addon. */
  readonly #lanes: (AddonLane | undefined)[] = [];
  readonly #now: () => number;
  #ready = 0;
  #routed = 0;
  #ending = 0;

  constructor(addon: AddonFunctions, now: () => number) {
    this.#addon = addon;
    this.#now = now;
    this.#core = addon.create(this.#records, this.#slots, this.#tally);
  }

  get ready(): number {
    return this.#ready;
  }

  get routed(): number {
    return this.#routed;
  }

  get ending(): number {
    return this.#ending;
  }

  open({ address, port, toAddress, toPort }: LanePlace, host: LaneHost): Lane {
    const index = this.#addon.open(this.#core, address, port, toAddress, toPort);
    const lane = new AddonLane(index, host, {
      ...{ addon: this.#addon, core: this.#core, tally: this.#tally },
      closed: () => {
        this.#lanes[index] = undefined;
        this.#ready--;
      },
      routed: (by, ending) => {
        if (ending) this.#ending += by;
        else this.#routed += by;
      },
    });
    // The system has no socket for it: packets go the long way.
    if (index < 0) return lane;
    this.#lanes[index] = lane;
    this.#ready++;
    return lane;
  }

  work(length: number, until: number): number {
    let all = 0;
    let rounds = 0;
    let behind: boolean;
    do {
      all += this.#addon.work(this.#core, this.#now(), length, until);
      const records = this.#records;
      const [count = 0, more = 0] = records;
      const at = this.#tally[NOW] ?? 0;
      for (let each = RECORD; each < RECORD + count * RECORD; each += RECORD) {
        const [lane = 0, slot = 0, bytes = 0] = [records[each], records[each + 1], records[each + 2]];
        this.#lanes[lane]?.receive(this.#slots.subarray(slot * SLOT, slot * SLOT + bytes), at);
      }
      behind = more !== 0 && ++rounds < MOST_ROUNDS;
    } while (behind || this.#now() < until);
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
  /** One route more, or one less; whether it ends here. */
  readonly routed: (by: 1 | -1, ending: boolean) => void;
}

class AddonLane implements Lane {
  readonly #parts: Parts;
  readonly #host: LaneHost;
  /** Its number in the addon, negative when it has none. */
  #index: number;
  #tally: Tally | undefined;
  #ends = false;

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
    // Without a route, too: the addon looks after lanes by the way that it is told nothing of.
    if (this.#index < 0 || addon.settle(core, this.#index) === 0 || tally === undefined) return;
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
    if (this.#tally !== undefined) routed(-1, this.#ends);
    this.#tally = undefined;
    if (this.#index < 0) return;
    const to = out === undefined ? NOWHERE : out instanceof AddonLane ? out.#index : -1;
    if (route === undefined || to < 0) {
      addon.unroute(core, this.#index);
      return;
    }
    const { map, sequence, timestamp, tally } = route;
    const { ssrcIn, typeIn, ssrcOut, typeOut } = map;
    const from = [map.octets, sequence, timestamp, tally.jitter, tally.transit ?? Number.NaN] as const;
    addon.route(core, this.#index, to, ssrcIn, typeIn, ssrcOut, typeOut, map.sequence, map.timestamp, ...from);
    this.#tally = tally;
    this.#ends = to === NOWHERE;
    routed(1, this.#ends);
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
