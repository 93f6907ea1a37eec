/** Something that is to happen at a time; made by `Deadlines.at`. */
export interface Deadline {
  readonly when: number;
}

interface Armed extends Deadline {
  when: number;
  run: () => void;
  /** Place in the heap, −1 when it is no longer armed. */
  index: number;
}

/** Timers of the endpoint as a binary heap: arming and disarming cost O(log n), nothing stale is left behind. */
export class Deadlines {
  private readonly heap: Armed[] = [];

  get size(): number {
    return this.heap.length;
  }

  /** Earliest deadline. */
  next(): number | undefined {
    return this.heap[0]?.when;
  }

  at(when: number, run: () => void): Deadline {
    const armed: Armed = { when, run, index: this.heap.length };
    this.heap.push(armed);
    this.up(armed);
    return armed;
  }

  /** Disarms; a deadline that has passed or is undefined is left alone. */
  cancel(deadline: Deadline | undefined): void {
    const armed = deadline as Armed | undefined;
    if (armed !== undefined && armed.index >= 0) this.remove(armed);
  }

  /** Runs what is due, in order of time; what it arms for `now` or earlier runs as well. */
  run(now: number): void {
    for (let first = this.heap[0]; first !== undefined && first.when <= now; first = this.heap[0]) {
      this.remove(first);
      first.run();
    }
  }

  private remove(armed: Armed): void {
    const last = this.heap.pop();
    if (last !== undefined && last !== armed) {
      last.index = armed.index;
      this.heap[last.index] = last;
      this.up(last);
      this.down(last);
    }
    armed.index = -1;
  }

  private up(armed: Armed): void {
    while (armed.index > 0) {
      const parent = this.heap[(armed.index - 1) >> 1];
      if (parent === undefined || parent.when <= armed.when) return;
      this.swap(parent, armed);
    }
  }

  private down(armed: Armed): void {
    for (;;) {
      const left = this.heap[armed.index * 2 + 1];
      const right = this.heap[armed.index * 2 + 2];
      const least = right !== undefined && left !== undefined && right.when < left.when ? right : left;
      if (least === undefined || least.when >= armed.when) return;
      this.swap(armed, least);
    }
  }

  private swap(a: Armed, b: Armed): void {
    const at = a.index;
    this.heap[b.index] = a;
    this.heap[at] = b;
    a.index = b.index;
    b.index = at;
  }
}
