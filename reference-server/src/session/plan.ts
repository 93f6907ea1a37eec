/** What an application wants of a connection of two parties. */

import type { Phrase } from './ports/phrase.ts';
import type { OutboundInvite } from './ports/sip.ts';

/** Phrases of the greeting that play at the same time (D-GREET). */
export type GreetingRound = readonly { readonly party: 'caller' | 'callee'; readonly phrases: readonly Phrase[] }[];

/** What the answer that made a connection wants of it. */
export interface CallPlan {
  /** What the caller hears while the callee rings; undefined relays the ringing without media (D-RING). */
  readonly ringback: readonly Phrase[] | undefined;
  /** What the callee sends before its answer is heard by the caller, who hears nothing of ours (D-EARLY). */
  readonly early: boolean;
  readonly greeting: readonly GreetingRound[];
  /** Record from the start (D-RECNAME names what nobody named). */
  readonly recording: { readonly fileName: string | undefined } | undefined;
  /** Who listens (D-MON). */
  readonly monitor: { readonly invite: OutboundInvite; readonly user: string } | undefined;
  /** The emergency fallback: nobody is asked when it cannot be reached (D-FALLBACK). */
  readonly fallback: boolean;
}

export const noPlan: CallPlan = {
  ringback: undefined,
  early: true,
  greeting: [],
  recording: undefined,
  monitor: undefined,
  fallback: false,
};
