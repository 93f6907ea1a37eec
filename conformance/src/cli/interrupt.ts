/** Ctrl-C while a run is under way. */
import { EXIT } from '../verdict/exit-code.ts';
import type { Io } from './io.ts';

/** The first Ctrl-C stops the run and keeps what it has, the second one ends at once. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #off: () => void;
  #second: () => void = () => {};

  constructor(io: Io) {
    this.#off = io.onInterrupt(() => {
      if (this.#controller.signal.aborted) {
        this.#second();
        io.exit(EXIT.incomplete);
        return;
      }
      io.err('\nstopping; once more ends at once\n');
      this.#controller.abort();
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  onSecond(work: () => void): void {
    this.#second = work;
  }

  end(): void {
    this.#off();
  }
}
