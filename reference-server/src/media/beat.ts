/**
 * The even time in which a thread with lanes works: it sleeps, takes what has come to all lanes, sleeps again, and
 * comes back to its event loop in between. A thread that is woken for each packet pays more for waking than for packets.
 */
import { type Lanes, TURN } from './lanes.ts';

/**
 * Lengths of beats: half of it is what a packet waits on average. With few lanes a longer beat costs less for each
 * packet; with many a shorter one leaves time for their packets before the next, and still has enough of them.
 */
const LONG_BEAT = 4 * TURN;
const BEAT = 3 * TURN;
const SHORT_BEAT = 2 * TURN;
const FEW = 500;
const MANY = 1000;
/** Where nothing is passed on, what comes waits for the next step of the endpoints anyhow. */
const EASY_BEAT = 6 * TURN;
/** Where nobody listens, or nothing comes: this is for keys and for streams that begin. */
const IDLE_BEAT = 12 * TURN;
/** Nothing came for so long, milliseconds. */
const IDLE = 1000;
/** Milliseconds without the event loop, when nothing but lanes has anything to do. */
const SPELL = 12;

export interface BeatParts {
  readonly lanes: Lanes;
  readonly now: () => number;
  /** Whether the event loop has anything besides the lanes that cannot wait for 10 ms. */
  readonly busy: () => boolean;
  /** Does what else is due; called before each sleep, so that nothing comes between the lanes and the event loop. */
  readonly pace: () => void;
  /** When `pace` has something to do next. */
  readonly next: () => number;
  /** No lanes are left. */
  readonly ended: () => void;
}

export class Beat {
  readonly #parts: BeatParts;
  #heard = 0;
  #running: NodeJS.Immediate | undefined;

  constructor(parts: BeatParts) {
    this.#parts = parts;
  }

  /** Goes on by itself as long as there are lanes. */
  start(): void {
    if (this.#running !== undefined || this.#parts.lanes.ready === 0) return;
    this.#running = setImmediate(() => this.#run());
  }

  get on(): boolean {
    return this.#running !== undefined;
  }

  stop(): void {
    clearImmediate(this.#running);
    this.#running = undefined;
  }

  #length(now: number): number {
    const { busy, lanes } = this.#parts;
    if (busy()) return BEAT;
    const { ready, routed, ending } = lanes;
    if (routed === 0) return ending < ready && now - this.#heard < IDLE ? EASY_BEAT : IDLE_BEAT;
    if (ready <= FEW) return LONG_BEAT;
    return ready <= MANY ? BEAT : SHORT_BEAT;
  }

  #run(): void {
    const { lanes, now, busy, pace, next, ended } = this.#parts;
    const end = now() + (busy() || lanes.routed === 0 ? 0 : SPELL);
    let at: number;
    do {
      pace();
      at = now();
      if (lanes.work(this.#length(at), Math.min(next(), end)) > 0) this.#heard = at;
    } while (now() < end);
    this.#running = undefined;
    if (lanes.ready > 0) this.#running = setImmediate(() => this.#run());
    else ended();
  }
}
