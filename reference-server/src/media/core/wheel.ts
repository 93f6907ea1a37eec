/** What is due in which turn of a clock, for turns that come in order. Nothing is looked at before its turn. */

/** Turns that lie ahead at most; what is due later is handed out early. */
const SIZE = 128;

export class Wheel<Item> {
  readonly #spokes: Item[][] = Array.from({ length: SIZE }, () => []);
  #spare: Item[] = [];
  #turn = 0;

  /** Due in that turn, in the next one if it is over. */
  add(item: Item, turn: number): void {
    const ahead = Math.min(Math.max(turn, this.#turn + 1), this.#turn + SIZE - 1);
    this.#spokes[ahead % SIZE]?.push(item);
  }

  /** All that is due up to this turn, and is forgotten. The list is good until the next call. */
  due(turn: number): readonly Item[] {
    const found = this.#spare;
    found.length = 0;
    for (let each = Math.max(this.#turn + 1, turn - SIZE + 1); each <= turn; each++) {
      const spoke = this.#spokes[each % SIZE];
      if (spoke === undefined || spoke.length === 0) continue;
      for (const item of spoke) found.push(item);
      spoke.length = 0;
    }
    this.#turn = Math.max(this.#turn, turn);
    return found;
  }
}
