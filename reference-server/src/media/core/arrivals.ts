/**
 * When the next packet of an even stream should be there, in turns of a clock: asked for too early costs a fruitless
 * look, too late lets it wait. Learns the distance of packets and where in the turns they fall.
 *
 * A look that finds a packet says that it came before, a fruitless one that it comes after: both count. Where packets
 * are found at once, an earlier look is tried now and then; a fruitless look moves the time of the next packets. So the
 * share of fruitless looks is what is held, however uneven a stream is: one in `SETTLED` to one in `CONTENT`.
 */

/**
 * After so many packets that were there at once an earlier look is tried: at once where the time is not known yet, seldom
 * where it is, ever less often after each try that was in vain.
 */
const EAGER = 1;
const SETTLED = 25;
const CONTENT = 200;
/** How many packets are taken one by one before a look sees to it that none is left behind, and how many it takes at most. */
const SWEEP = 50;
const MOST = 16;
/** Packets in a row for which the step of the time doubles. */
const STEPS = 5;
/** Milliseconds to the next look after so many fruitless ones in a row: rarer and rarer for a far end that is silent. */
const PAUSES = [
  { misses: 10, milliseconds: 0 },
  { misses: 110, milliseconds: 10 },
  { misses: Number.POSITIVE_INFINITY, milliseconds: 40 },
];

export class Arrivals {
  readonly #beat: number;
  /** Turns between two packets, and between two looks at most lanes. */
  #period: number;
  #stride = 1;
  /** The turn in which the packet that is waited for should come; nothing is known of it where it is lost. */
  #phase = 0;
  #lost = true;
  /** Fruitless looks for it, and the turn of the first. */
  #misses = 0;
  #missedAt = 0;
  /** Fruitless looks in a row, for whatever packet. */
  #silent = 0;
  /** Packets in a row that were looked for too early, and packets that were not. */
  #slips = 0;
  #good = 0;
  /** Packets that were not until the next try; turns by which the look is too early if the one that is on fails. */
  #content = EAGER;
  #trying = 0;
  #leap = 1;
  /** Packets until the next sweep. */
  #sweep = 0;
  /** Of this look: packets, how many were expected, and whether it is later than it was due, as on a busy machine. */
  #taken = 0;
  #expected = 1;
  #late = false;
  /** The turn to look in next. */
  due = 0;

  /** `beat`: milliseconds of a turn. */
  constructor(beat: number) {
    this.#beat = beat;
    this.#period = Math.round(20 / beat);
  }

  /** Nothing is known yet: the first look is due in this turn. */
  start(turn: number): void {
    this.#lose(turn);
    this.#misses = 0;
    this.#silent = 0;
    this.#trying = 0;
    this.due = turn;
  }

  #lose(turn: number): void {
    this.#lost = true;
    this.#phase = turn;
    this.#learn();
  }

  /** Tries earlier looks, wider and wider apart. */
  #learn(): void {
    this.#slips = 0;
    this.#good = 0;
    this.#content = EAGER;
    this.#leap = 1;
  }

  /** Milliseconds from one packet to the next. */
  every(milliseconds: number): void {
    this.#period = Math.max(1, Math.round(milliseconds / this.#beat));
  }

  /**
   * A look begins; gives how many packets to take at most. `came` for each, and `missed` once where there are fewer.
   * Looks are possible in every `stride`th turn.
   */
  look(turn: number, stride = 1): number {
    this.#stride = stride;
    this.#taken = 0;
    this.#late = turn - this.due >= stride;
    if (this.#misses > 0 && turn - this.#phase >= this.#period) {
      // The packet that was waited for is lost, or comes together with the next one.
      this.#phase += this.#period * Math.floor((turn - this.#phase) / this.#period);
      this.#misses = 0;
    }
    this.#expected = 1 + Math.max(0, Math.floor((turn - this.#phase) / this.#period));
    return this.#sweep <= 0 || this.#expected > 1 ? MOST : 1;
  }

  came(turn: number): void {
    this.#sweep--;
    this.#silent = 0;
    if (++this.#taken > this.#expected) {
      // More were left behind than time had gone by: all may have been looked for too late.
      this.#learn();
      return;
    }
    if (this.#lost) this.#phase = turn;
    else if (this.#misses > 0) this.#slipped(turn);
    else this.#found();
    this.#lost = false;
    this.#misses = 0;
    this.#trying = 0;
    this.#phase += this.#period;
    if (this.#good >= this.#content) {
      this.#good = 0;
      this.#trying = this.#leap * this.#stride;
      this.#phase -= this.#trying;
    }
    this.due = Math.max(this.#phase, turn + 1);
  }

  /** At once. */
  #found(): void {
    this.#slips = 0;
    this.#good++;
    if (this.#trying === 0) return;
    if (this.#late) {
      // That it was there by now says nothing of whether it was there by then.
      this.#phase += this.#trying;
    } else if (this.#content > SETTLED) {
      this.#content = SETTLED;
    } else {
      if (this.#content === EAGER) this.#leap *= 2;
      this.#content = EAGER;
    }
  }

  /**
   * It came after the first look for it and not after this one. The step is small, since one late packet says little, and
   * doubles with each that follows; this does not depend on when the thread got to look again.
   */
  #slipped(turn: number): void {
    if (2 * (turn - this.#phase) >= this.#period) this.#sweep = 0;
    this.#phase = Math.min(turn, this.#missedAt + 1 + (2 ** this.#slips - 1) * this.#stride);
    this.#slips = Math.min(this.#slips + 1, STEPS);
    this.#good = 0;
    this.#content = SETTLED;
    this.#leap = 1;
  }

  missed(turn: number): void {
    if (this.#taken > 0) {
      // A sweep came to the end.
      this.#sweep = SWEEP;
      if (this.#phase > turn) return;
    }
    this.#good = 0;
    if (this.#trying > 0 && this.#failed(turn)) return;
    this.#silent++;
    if (this.#misses === 0) this.#missedAt = turn;
    const pause = PAUSES.find(({ misses }) => this.#silent < misses)?.milliseconds ?? 0;
    if (pause > 0) {
      // Where in the pause it comes nobody knows.
      this.#lose(turn);
      this.due = turn + Math.max(1, Math.round(pause / this.#beat));
    } else {
      const step = (2 ** this.#misses - 1) * this.#stride;
      this.due = Math.min(turn + 1 + step, Math.max(this.#phase + this.#period, turn + 1));
    }
    this.#misses++;
  }

  /** A try was in vain. Gives whether that is all: it may be so late that the packet should be there anyhow. */
  #failed(turn: number): boolean {
    this.#phase += this.#trying;
    this.#trying = 0;
    this.#content = this.#leap > 1 ? EAGER : Math.min(2 * this.#content, CONTENT);
    this.#leap = 1;
    this.due = this.#phase;
    return this.#phase > turn;
  }
}
