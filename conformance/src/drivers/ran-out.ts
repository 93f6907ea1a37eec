/**
 * Something was waited for in vain. The limit says how much of a hold-up of the suite's own could be to blame for it, see
 * harness/starvation.
 */
export class RanOut extends Error {
  override readonly name = 'RanOut';
  /** How long was waited, ms. */
  readonly limitMs: number;
  /** It came, but not whole: from so much lateness of the suite on, ms, that may be its own doing, however long it waited. */
  readonly bearsMs: number | undefined;

  constructor(message: string, limitMs: number, bearsMs?: number) {
    super(message);
    this.limitMs = limitMs;
    this.bearsMs = bearsMs;
  }
}
