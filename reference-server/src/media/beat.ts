/**
 * The even time in which a thread with lanes works: it sleeps, takes what has come to all lanes, sleeps again, and
 * comes back to its event loop in between. A thread that is woken for each packet pays more for waking than for packets.
 */
import type { Lanes } from './lanes.ts';

/** Milliseconds: half of it is what a packet waits on average. Packets of 10, 20, 30 … ms come in every so many beats. */
export const BEAT = 2.5;
/**
 * With few lanes a longer beat costs less for each packet and still delays none by 5 ms; only where the lanes do not
 * count in beats themselves.
 */
const LONG_BEAT = 4;
const FEW = 500;
/** Where nothing is passed on, what comes waits for the next step of the endpoints anyhow; where nothing comes, all the more. */
const EASY_BEAT = 5;
const IDLE_BEAT = 10;
/** Nothing came for so long, milliseconds. */
const IDLE = 1000;
/** Beats without the event loop, when nothing but lanes has anything to do. */
const LONE_BEATS = 4;

export class Beat {
  readonly #lanes: Lanes;
  readonly #now: () => number;
  readonly #busy: () => boolean;
  readonly #pace: () => void;
  readonly #ended: () => void;
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  #heard = 0;
  #running: NodeJS.Immediate | undefined;

  /** `pace` does what else is due; it is called before each sleep, so that nothing comes between the lanes and the event loop. `busy` says whether the event loop has anything besides the lanes that cannot wait for 10 ms. */
  constructor(lanes: Lanes, now: () => number, busy: () => boolean, pace: () => void, ended: () => void) {
    this.#lanes = lanes;
    this.#now = now;
    this.#busy = busy;
    this.#pace = pace;
    this.#ended = ended;
  }

  /** Goes on by itself as long as there are lanes. */
  start(): void {
    if (this.#running !== undefined || this.#lanes.ready === 0) return;
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
    if (this.#busy()) return BEAT;
    if (this.#lanes.routed === 0) return now - this.#heard < IDLE ? EASY_BEAT : IDLE_BEAT;
    return this.#lanes.kind === 'addon' && this.#lanes.ready <= FEW ? LONG_BEAT : BEAT;
  }

  #run(): void {
    for (let beats = this.#busy() || this.#lanes.routed === 0 ? 1 : LONE_BEATS; beats > 0; beats--) {
      this.#pace();
      // Beats lie on a grid of the clock; those that were missed are left out.
      const now = this.#now();
      const length = this.#length(now);
      Atomics.wait(this.#never, 0, 0, (Math.floor(now / length) + 1) * length - now);
      if (this.#lanes.drain(this.#now()) > 0) this.#heard = now;
    }
    this.#running = undefined;
    if (this.#lanes.ready > 0) this.#running = setImmediate(() => this.#run());
    else this.#ended();
  }
}
