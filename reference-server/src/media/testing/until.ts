/** Waiting for conditions: looked at whenever something happened, never after a fixed sleep. */
export class Watch {
  readonly #waiting = new Set<() => void>();

  /** Something happened. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves with the first value that is neither undefined nor false. Rejects, and says what was missing, when it takes too long. */
  until<Value>(look: () => Value | undefined | false, what: string | (() => string), timeoutMs = 5000): Promise<Value> {
    return new Promise((resolve, reject) => {
      const attempt = (): void => {
        const value = look();
        if (value === undefined || value === false) return;
        done();
        resolve(value);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`waited ${timeoutMs} ms for ${typeof what === 'string' ? what : what()}`));
      }, timeoutMs);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(attempt);
      };
      this.#waiting.add(attempt);
      attempt();
    });
  }
}

/** For conditions that nothing announces. */
export async function poll(condition: () => boolean, what: string, timeoutMs = 8000): Promise<boolean> {
  const watch = new Watch();
  const timer = setInterval(() => watch.changed(), 10);
  try {
    return await watch.until(condition, what, timeoutMs);
  } finally {
    clearInterval(timer);
  }
}
