/**
 * The timers of one machine by their letters: when each is due, on the caller's clock. At most three run at once, so a
 * plain record is all it takes.
 */
export class Timers<Letter extends string> {
  private readonly due: Partial<Record<Letter, number>> = {};

  start(letter: Letter, at: number): void {
    this.due[letter] = at;
  }

  stop(...letters: Letter[]): void {
    for (const letter of letters) delete this.due[letter];
  }

  /** Whether the timer is due; if so it no longer runs. */
  fired(letter: Letter, now: number): boolean {
    const at = this.due[letter];
    if (at === undefined || at > now) return false;
    delete this.due[letter];
    return true;
  }

  next(): number | undefined {
    let earliest: number | undefined;
    for (const letter in this.due) {
      const at = this.due[letter];
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
    }
    return earliest;
  }
}
