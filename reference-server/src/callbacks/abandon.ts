/**
 * Gives work up from outside, as AbortController does. That one makes an exception with its stack for each abort, and the
 * lane of every session ends with one.
 */
export class Abandon {
  #given = false;
  #then: Set<() => void> | undefined;

  get given(): boolean {
    return this.#given;
  }

  /** Runs once, at the latest now when it is given up already. The function that comes back takes it off again. */
  on(run: () => void): () => void {
    if (this.#given) run();
    else {
      this.#then ??= new Set();
      this.#then.add(run);
    }
    return () => void this.#then?.delete(run);
  }

  give(): void {
    this.#given = true;
    const then = this.#then ?? [];
    this.#then = undefined;
    for (const run of then) run();
  }
}
