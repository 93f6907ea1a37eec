/**
 * What a scenario says of itself in SIPp's action log: that it stands where it can be signalled, that it went on because
 * of a signal, or that something else took it away from there. SIPp aborts a call on a message that its present step
 * does not name, so a signal may only be sent to a step that waits for one.
 */
export const marks = { wait: 'wait', went: 'went', left: 'left' } as const;

/** Reads the marks as the log grows. */
export class Waits {
  #pending = '';
  #waiting = false;
  #visits = 0;
  #went = 0;

  push(piece: Uint8Array): void {
    const lines = `${this.#pending}${Buffer.from(piece).toString('latin1')}`.split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) this.#take(line.trim());
  }

  /** The scenario stands at a step that waits for a signal. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** How often it came to such a step; a mark while it stands there already is no visit. */
  get visits(): number {
    return this.#visits;
  }

  /** How many signals made it go on. */
  get went(): number {
    return this.#went;
  }

  #take(mark: string): void {
    if (mark === marks.wait && !this.#waiting) this.#visits += 1;
    if (mark === marks.went) this.#went += 1;
    if (mark in marks) this.#waiting = mark === marks.wait;
  }
}
