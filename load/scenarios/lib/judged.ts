/** What is told of a call from its figures. Pure. */

/** RTP packets of a leg so far. */
export interface Packets {
  readonly sent: number;
  readonly received: number;
}

/** Share of the packets that has to come through: far below what gets lost, far above what a relay that stopped lets through. */
const leastShare = 0.95;
/** Packets that may be under way, or be held up where both sides are joined: half a second of them. */
const edge = 25;

/**
 * Whether a leg received what the other one sent, between two looks at both. Sequence numbers cannot tell it: after the last
 * packet none is missing. Only of sources that send all the time.
 */
export const cameThrough = (
  [speakerBefore, hearerBefore]: readonly [speaker: Packets, hearer: Packets],
  [speaker, hearer]: readonly [speaker: Packets, hearer: Packets],
): boolean => hearer.received - hearerBefore.received >= (speaker.sent - speakerBefore.sent) * leastShare - edge;

/** A user whose call failed begins the next one no sooner than so many milliseconds after that one. */
const leastMs = 1000;

/** For how long a user rests after a call that failed. Where a rate is set k6 says when calls begin, and nobody rests. */
export const restAfterFailure = (steering: { readonly rate?: number }, tookMs: number): number =>
  steering.rate === undefined ? Math.max(0, leastMs - tookMs) : 0;
