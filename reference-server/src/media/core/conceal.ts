/**
 * Packet loss concealment after the idea of ITU-T G.711 Appendix I: what was heard last goes on in its own pitch, full for
 * 10 ms, then fading, silent after 60 ms. The first sound after a loss is blended in.
 */
const HISTORY = 400;
/** Pitch periods looked for: 66 to 200 Hz, and multiples of higher ones. */
const MIN_PERIOD = 40;
const MAX_PERIOD = 120;
/** Samples that are compared to find the period. */
const WINDOW = 160;
const HOLD = 80;
const SILENT = 480;
const BLEND = 40;

export class Concealer {
  readonly #history = new Int16Array(HISTORY);
  #period = 0;
  /** Samples made up since the last real one. */
  #made = 0;

  /** Real samples on their way out; the first ones after a loss are changed in place. */
  heard(samples: Int16Array): void {
    if (samples.length === 0) return;
    if (this.#made > 0) this.#blend(samples);
    if (samples.length >= HISTORY) {
      this.#history.set(samples.subarray(samples.length - HISTORY));
    } else {
      this.#history.copyWithin(0, samples.length);
      this.#history.set(samples, HISTORY - samples.length);
    }
  }

  /** Fills `out` with what might have been said. */
  conceal(out: Int16Array): void {
    if (this.#made === 0) this.#period = findPeriod(this.#history);
    for (let i = 0; i < out.length; i++) out[i] = this.#next();
  }

  reset(): void {
    this.#history.fill(0);
    this.#made = 0;
  }

  #next(): number {
    const gain = Math.max(0, Math.min(1, (SILENT - this.#made) / (SILENT - HOLD)));
    const at = HISTORY - this.#period + (this.#made % this.#period);
    this.#made++;
    return gain === 0 ? 0 : Math.round((this.#history[at] ?? 0) * gain);
  }

  #blend(samples: Int16Array): void {
    const length = Math.min(BLEND, samples.length);
    for (let i = 0; i < length; i++) {
      const share = (i + 1) / (length + 1);
      samples[i] = Math.round((samples[i] ?? 0) * share + this.#next() * (1 - share));
    }
    this.#made = 0;
  }
}

/** The lag at which the end of the history is most like itself (normalised cross-correlation). */
function findPeriod(history: Int16Array): number {
  let best = MIN_PERIOD;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let period = MIN_PERIOD; period <= MAX_PERIOD; period++) {
    let product = 0;
    let power = 1;
    for (let i = HISTORY - WINDOW; i < HISTORY; i++) {
      const before = history[i - period] ?? 0;
      product += before * (history[i] ?? 0);
      power += before * before;
    }
    const score = product / Math.sqrt(power);
    if (score > bestScore) {
      bestScore = score;
      best = period;
    }
  }
  return best;
}
