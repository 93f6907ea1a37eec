/** Binary heap of (time, key), earliest first. An entry is cheap; whether it still holds is for its user to know. */
export class Schedule<Key> {
  private readonly heap: { at: number; key: Key }[] = [];

  get size(): number {
    return this.heap.length;
  }

  peek(): { at: number; key: Key } | undefined {
    return this.heap[0];
  }

  add(at: number, key: Key): void {
    const { heap } = this;
    const entry = { at, key };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Takes the earliest entry out. */
  pop(): { at: number; key: Key } | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      const smaller = right !== undefined && right.at < left.at ? right : left;
      if (smaller === right) child++;
      if (smaller.at >= last.at) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}
