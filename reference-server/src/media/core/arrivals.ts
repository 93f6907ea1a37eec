/**
 * When the next packet of an even stream should be there, in turns of a clock: asked for too early costs a fruitless
 * look, too late lets it wait. Learns the distance of packets and where in the turns they fall.
 */

/** So many packets in a row must come late until they are looked for later. */
const PATIENCE = 3;
/**
 * After so many packets that were there at once an earlier look is tried: at once where the time is not known yet and
 * after a try that was not in vain, ever less often after each that was.
 */
const EAGER = 1;
const SETTLED = 25;
const CONTENT = 200;
/** How many packets are taken one by one before a look sees to it that none is left behind, and how many it takes at most. */
const SWEEP = 50;
const MOST = 16;
/** Fruitless looks in a row after which more than one packet may come at once. */
const HELD_UP = 3;
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
  /** The turn in which the packet that is waited for should come. */
  #phase = 0;
  /** Fruitless looks for it. */
  #misses = 0;
  /** Packets in a row that came late, and packets that did not. */
  #late = 0;
  #good = 0;
  /** Packets that did not until the next try; turns by which the look is too early if the one that is on fails. */
  #content = EAGER;
  #trying = 0;
  #leap = 1;
  /** Packets until the next sweep. */
  #sweep = 0;
  /** Packets of this look, and how many were expected. */
  #taken = 0;
  #expected = 1;
  /** The turn to look in next. */
  due = 0;

  /** `beat`: milliseconds of a turn. */
  constructor(beat: number) {
    this.#beat = beat;
    this.#period = Math.round(20 / beat);
  }

  /** Nothing is known yet: the first look is due in this turn. */
  start(turn: number): void {
    this.#phase = turn;
    this.due = turn;
    this.#content = EAGER;
    this.#good = 0;
    this.#trying = 0;
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
    this.#expected = 1 + Math.max(0, Math.floor((turn - this.#phase) / this.#period));
    return this.#sweep <= 0 || this.#expected > 1 ? MOST : 1;
  }

  came(turn: number): void {
    this.#sweep--;
    if (++this.#taken > this.#expected) {
      // More were left behind than time had gone by: what comes next is looked for anew.
      this.start(turn + 1);
      return;
    }
    if (turn - this.due >= this.#stride) {
      // The look itself came late, as on a busy machine: it says nothing.
      this.#phase += this.#trying;
    } else if (this.#misses === 0) {
      this.#late = 0;
      this.#good++;
      if (this.#trying > 0) {
        this.#content = EAGER;
        this.#leap *= 2;
      }
    } else {
      this.#good = 0;
      if (++this.#late >= PATIENCE) {
        this.#late = 0;
        this.#phase = turn;
        this.#content = SETTLED;
        this.#leap = 1;
      }
      if (this.#misses >= HELD_UP) this.#sweep = 0;
    }
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

  missed(turn: number): void {
    if (this.#taken > 0) {
      // A sweep came to the end.
      this.#sweep = SWEEP;
      if (this.#phase <= turn) this.start(turn + 1);
      return;
    }
    this.#good = 0;
    if (this.#trying > 0) {
      // It was a try. One by one where the leap was too wide.
      this.#phase += this.#trying;
      this.#trying = 0;
      this.#content = this.#leap > 1 ? EAGER : Math.min(2 * this.#content, CONTENT);
      this.#leap = 1;
      this.due = Math.max(this.#phase, turn + 1);
      return;
    }
    this.#misses++;
    if (turn - this.#phase > this.#period) this.#phase = turn;
    const pause = PAUSES.find(({ misses }) => this.#misses < misses)?.milliseconds ?? 0;
    this.due = turn + Math.max(1, Math.round(pause / this.#beat));
    // Where in the pause it came nobody knows.
    if (pause > 0) this.#content = EAGER;
  }
}
