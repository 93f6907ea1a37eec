/**
 * Lanes in TypeScript. A datagram through node:dgram costs two system calls to receive, an address object, a buffer and
 * a call into JavaScript of its own. Reading and writing the descriptor costs one system call each and nothing else, but
 * nobody tells when there is something to read. So each lane is read when its next packet is due: far ends send in even
 * time, and the time is learned from what comes.
 */
import { readSync, writeSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { Arrivals } from './core/arrivals.ts';
import type { Route } from './core/route.ts';
import { Wheel } from './core/wheel.ts';
import { type FromKeeper, type LaneId, LaneKeeper } from './lane-keeper.ts';
import { type Lane, type LaneHost, type LanePlace, type Lanes, TURN } from './lanes.ts';

/** Packets read before the first of them is written: each half then runs with warm caches. */
const BATCH = 64;
/** So many looks for one look at the clock. */
const FRESH = 16;
/** Longer packets are cut off by the read, and then never fit a route: their host gets what there is. */
const SLOT = 2048;
/** Milliseconds: sleep may end so much too early by the clock. */
const FINE = 0.1;

export class SocketLanes implements Lanes {
  readonly kind = 'typescript';
  readonly #now: () => number;
  readonly #sleep: (milliseconds: number) => void;
  readonly #lanes = new Map<LaneId, SocketLane>();
  readonly #closing = new Map<LaneId, () => void>();
  readonly #slots = new Uint8Array(BATCH * SLOT);
  readonly #lengths = new Int32Array(BATCH);
  readonly #wheel = new Wheel<SocketLane>();
  #count = 0;
  readonly #reads: (SocketLane | undefined)[] = new Array(BATCH).fill(undefined);
  #keeper: LaneKeeper | undefined;
  #lastId = 0;
  #turn = 0;
  #ready = 0;
  #routed = 0;
  #ending = 0;
  /** Packets of this beat. */
  #taken = 0;
  /** When the last beat began. */
  #begun = 0;

  /** `now` and `sleep` are in milliseconds; nothing else happens on the thread while it sleeps. */
  constructor(now: () => number, sleep = sleeper()) {
    this.#now = now;
    this.#sleep = sleep;
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

  open(place: LanePlace, host: LaneHost): Lane {
    const id = ++this.#lastId as LaneId;
    const lane = new SocketLane(host, {
      closed: (wasReady) => this.#close(id, wasReady),
      routed: (by, ending) => {
        if (ending) this.#ending += by;
        else this.#routed += by;
      },
    });
    if (isIPv4(place.address) && isIPv4(place.toAddress)) {
      this.#keeper ??= new LaneKeeper((message) => this.#heard(message));
      this.#keeper.open(id, place);
      this.#lanes.set(id, lane);
    }
    return lane;
  }

  #heard(message: FromKeeper): void {
    const lane = this.#lanes.get(message.lane);
    switch (message.type) {
      case 'open':
        if (lane === undefined) break;
        lane.known(message.descriptor, this.#turn + 1);
        this.#wheel.add(lane, lane.due);
        this.#ready++;
        break;
      case 'closed':
        this.#closing.get(message.lane)?.();
        this.#closing.delete(message.lane);
        break;
      case 'packet':
        lane?.pass(message.packet, 0, message.packet.length, this.#now());
        break;
      default:
        message satisfies never;
    }
  }

  #close(id: LaneId, wasReady: boolean): Promise<void> {
    if (wasReady) this.#ready--;
    if (!this.#lanes.delete(id)) return Promise.resolve();
    this.#keeper?.close(id);
    return new Promise((resolve) => this.#closing.set(id, resolve));
  }

  work(length: number, until: number): number {
    const stride = Math.round(length / TURN);
    let taken = 0;
    let now = this.#now();
    do {
      // The next beat is at once where one took longer than its time: who sleeps then is behind by one for ever.
      const next = (Math.floor(this.#begun / length) + 1) * length;
      if (next > now) this.#sleep(next - now);
      now = this.#now();
      this.#begun = now;
      taken += this.#drain(now, stride);
    } while (now < until);
    return taken;
  }

  #drain(now: number, stride: number): number {
    const turn = Math.floor((now + FINE) / TURN);
    this.#turn = turn;
    // A read of a socket without a packet throws, which costs the more the deeper the stack is that it describes.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    let looked = 0;
    let at = turn;
    for (const lane of this.#wheel.due(turn)) {
      // With many lanes a beat takes turns: whether a packet was there in time is judged by the time of the look itself.
      if (++looked % FRESH === 0) at = Math.floor((this.#now() + FINE) / TURN);
      this.#take(lane, at, stride, now);
      if (lane.ready) this.#wheel.add(lane, lane.due);
    }
    this.#pass(now);
    Error.stackTraceLimit = limit;
    const taken = this.#taken;
    this.#taken = 0;
    return taken;
  }

  #take(lane: SocketLane, turn: number, stride: number, now: number): void {
    for (let left = lane.look(turn, stride); left > 0; left--) {
      const length = lane.read(this.#slots, this.#count * SLOT, turn);
      if (length < 0) return;
      this.#reads[this.#count] = lane;
      this.#lengths[this.#count] = length;
      if (++this.#count === BATCH) this.#pass(now);
    }
  }

  #pass(now: number): void {
    const count = this.#count;
    this.#count = 0;
    this.#taken += count;
    for (let i = 0; i < count; i++) this.#reads[i]?.pass(this.#slots, i * SLOT, this.#lengths[i] ?? 0, now);
  }

  async close(): Promise<void> {
    await this.#keeper?.quit();
    for (const resolve of this.#closing.values()) resolve();
  }
}

function sleeper(): (milliseconds: number) => void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  return (milliseconds) => void Atomics.wait(never, 0, 0, milliseconds);
}

interface LaneParts {
  readonly closed: (wasReady: boolean) => Promise<void>;
  /** One route more, or one less; whether it ends here. */
  readonly routed: (by: 1 | -1, ending: boolean) => void;
}

class SocketLane implements Lane {
  readonly #host: LaneHost;
  readonly #parts: LaneParts;
  readonly #arrivals = new Arrivals(TURN);
  #descriptor = -1;
  #way: Route | undefined;
  #out: SocketLane | undefined;
  /** Samples between two packets, as the arrivals know them. */
  #step = 0;

  constructor(host: LaneHost, parts: LaneParts) {
    this.#host = host;
    this.#parts = parts;
  }

  known(descriptor: number, turn: number): void {
    this.#descriptor = descriptor;
    this.#arrivals.start(turn);
  }

  get ready(): boolean {
    return this.#descriptor >= 0;
  }

  /** The turn in which the next packet should be there. */
  get due(): number {
    return this.#arrivals.due;
  }

  /** How many packets to take at most. */
  look(turn: number, stride: number): number {
    return this.#arrivals.look(turn, stride);
  }

  settle(): void {
    const tally = this.#way?.tally;
    if (tally === undefined || tally.packets === 0) return;
    this.#host.passed(tally);
    tally.clear();
  }

  route(route: Route | undefined, out?: Lane): void {
    this.settle();
    if (this.#way !== undefined) this.#parts.routed(-1, this.#out === undefined);
    this.#way = route;
    this.#out = out instanceof SocketLane ? out : undefined;
    if (route !== undefined) this.#parts.routed(1, this.#out === undefined);
  }

  /** Bytes of the packet that was there, put at `at`; -1 when none was. */
  read(into: Uint8Array, at: number, turn: number): number {
    if (this.#descriptor < 0) return -1;
    try {
      const length = readSync(this.#descriptor, into, at, SLOT, null);
      this.#arrivals.came(turn);
      return length;
    } catch {
      this.#arrivals.missed(turn);
      return -1;
    }
  }

  pass(bytes: Uint8Array, at: number, length: number, now: number): void {
    const way = this.#way;
    if (way === undefined || !way.pass(bytes, at, length, now)) {
      this.settle();
      this.#host.receive(bytes.subarray(at, at + length), now);
      return;
    }
    if (this.#out !== undefined) this.#out.#write(bytes, at, length);
    if (way.step > 0 && way.step !== this.#step) {
      this.#step = way.step;
      this.#arrivals.every(way.step / 8);
    }
  }

  send(packet: Uint8Array, length: number): void {
    this.#write(packet, 0, length);
  }

  #write(bytes: Uint8Array, at: number, length: number): void {
    if (this.#descriptor < 0) return;
    try {
      writeSync(this.#descriptor, bytes, at, length, null);
    } catch {
      // The far end is not there, or the kernel has no room: the packet is lost, as it would be on its way.
    }
  }

  close(): Promise<void> {
    const wasReady = this.ready;
    this.route(undefined);
    this.#descriptor = -1;
    return this.#parts.closed(wasReady);
  }
}
