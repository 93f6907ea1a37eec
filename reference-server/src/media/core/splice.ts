/**
 * Leaves a few milliseconds out of a voice where nobody hears it: two pieces of it that look alike are laid over each other, one
 * fading out as the other fades in. How much they look alike says how loud the sum of both is, and that is evened out.
 */

/** At 8 kHz: what is left out, 5 to 12.5 ms, one wave of most voices; and what is blended. */
const LEAST = 40;
const MOST = 100;
const BLEND = 60;

/** Shorter frames are left as they are. */
export const SPLICE_SAMPLES = MOST + BLEND;

/** Changes the frame, which is at least `SPLICE_SAMPLES` long; what it gives is to be left out at its beginning, samples. */
export function splice(frame: Int16Array): number {
  const { lag, likeness } = mostAlike(frame);
  for (let i = 0; i < BLEND; i++) {
    const share = (i + 0.5) / BLEND;
    const [out, into] = [1 - share, share];
    // Of two that are alike amplitudes add up, of two strangers powers do.
    const gain = 1 / Math.sqrt(out * out + into * into + 2 * out * into * likeness);
    const sample = ((frame[i] ?? 0) * out + (frame[i + lag] ?? 0) * into) * gain;
    frame[i + lag] = Math.max(-32_768, Math.min(32_767, Math.round(sample)));
  }
  return lag;
}

/** Where the beginning is found again, and how well: 1 is the same, 0 something else. Silence is like itself. */
function mostAlike(frame: Int16Array): { readonly lag: number; readonly likeness: number } {
  let best = { lag: MOST, likeness: 0 };
  let own = 0;
  for (let i = 0; i < BLEND; i++) own += (frame[i] ?? 0) ** 2;
  for (let lag = LEAST; lag <= MOST; lag++) {
    let [product, other] = [0, 0];
    for (let i = 0; i < BLEND; i++) {
      const there = frame[i + lag] ?? 0;
      product += (frame[i] ?? 0) * there;
      other += there * there;
    }
    const likeness = own === 0 || other === 0 ? 0 : product / Math.sqrt(own * other);
    if (likeness > best.likeness) best = { lag, likeness };
  }
  return best;
}
