/**
 * When the next packet of an even stream should be there, in turns of a clock: asked for too early costs a fruitless
 * look, too late lets it wait. Learns the distance of packets and where in the turns they fall.
 */

/** So many packets in a row must come late until they are looked for later. */
const PATIENCE = 3;
/** How many packets must have been there at once when they were looked for until an earlier look is tried. */
const CONTENT = 200;
/** How many packets are taken one by one before a look sees to it that none is left behind, and how many it takes at most. */
const SWEEP = 25;
const MOST = 16;
/** Turns to the next look after so many fruitless ones in a row: rarer and rarer for a far end that is silent. */
const PAUSES = [
  { misses: 10, turns: 1 },
  { misses: 110, turns: 4 },
  { misses: Number.POSITIVE_INFINITY, turns: 16 },
];

export class Arrivals {
  readonly #beat: number;
  /** Turns between two packets. */
  #period: number;
  /** The turn in which the packet that is waited for should come. */
  #phase = 0;
  /** Fruitless looks for it. */
  #misses = 0;
  /** Packets in a row that came late, and packets that did not. */
  #late = 0;
  #good = 0;
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
  }

  /** Milliseconds from one packet to the next. */
  every(milliseconds: number): void {
    this.#period = Math.max(1, Math.round(milliseconds / this.#beat));
  }

  /** A look begins; gives how many packets to take at most. `came` for each, and `missed` once where there are fewer. */
  look(turn: number): number {
    this.#taken = 0;
    this.#expected = 1 + Math.max(0, Math.floor((turn - this.#phase) / this.#period));
    return this.#sweep <= 0 || this.#expected > 1 ? MOST : 1;
  }

  came(turn: number): void {
    this.#sweep--;
    if (++this.#taken > this.#expected) {
      // More were left behind than time had gone by: what comes next is looked for anew.
      this.#phase = turn + 1;
      this.due = turn + 1;
      return;
    }
    if (this.#misses === 0) this.#late = 0;
    else if (++this.#late >= PATIENCE) {
      this.#late = 0;
      this.#phase = turn;
    }
    this.#good = this.#misses === 0 ? this.#good + 1 : 0;
    this.#misses = 0;
    this.#phase += this.#period;
    if (this.#good >= CONTENT) {
      this.#good = 0;
      this.#phase--;
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
    this.#misses++;
    if (turn - this.#phase > this.#period) this.#phase = turn;
    this.due = turn + (PAUSES.find(({ misses }) => this.#misses < misses)?.turns ?? 1);
  }
}
