/**
 * Something was waited for in vain. The limit says how much of a hold-up of the suite's own could be to blame for it, see
 * harness/starvation.
 */
export class RanOut extends Error {
  override readonly name = 'RanOut';
  /** How long was waited, ms. */
  readonly limitMs: number;

  constructor(message: string, limitMs: number) {
    super(message);
    this.limitMs = limitMs;
  }
}
