/**
 * Milliseconds to wait after a 491 before trying again: 2.1–4 s for the side that chose the Call-ID, 0–2 s for the other,
 * in steps of 10 ms. `random` is from 0 up to 1. RFC 3261 14.1.
 */
export function glareDelay(ownsCallId: boolean, random: number): number {
  const [from, to] = ownsCallId ? [2100, 4000] : [0, 2000];
  const steps = (to - from) / 10 + 1;
  return from + Math.min(Math.floor(random * steps), steps - 1) * 10;
}
