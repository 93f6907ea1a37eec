import type { Culprit, HttpDetail, Violation } from '../../harness/timeline.ts';

/** An exchange that went through a tap. Times on the run's clock, ms. */
export interface Exchange extends HttpDetail {
  /** How it was held against the OpenAPI document; with this it can be done again. */
  readonly judged: {
    readonly path: string;
    /** Of request and response. */
    readonly culprits: readonly [Culprit, Culprit];
    readonly intended: { readonly request: boolean; readonly response: boolean };
  };
  readonly id: string;
  readonly at: number;
  readonly endedAt: number;
}

/**
 * A reverse proxy that hands bytes on as they are and lets Prism's own proxy engine judge request and answer against the
 * OpenAPI document. (Prism's HTTP server in front of that engine is not used: it parses and rewrites bodies, and answers
 * malformed JSON itself, which is just what a suite wants to send.)
 */
export interface PrismTap {
  /** Origin. */
  readonly url: string;
  /** A finished exchange by the id that the client sent in `exchangeHeader`. */
  exchange(id: string): Promise<Exchange>;
  violations(): readonly Violation[];
  close(): Promise<void>;
}

/** Names the exchange: set by the suite's client or by the tap, never seen by the target. */
export const exchangeHeader = 'x-suite-exchange';
/** Set by a side of the suite whose message is wrong on purpose. */
export const intendedHeader = 'x-suite-intended';
/**
 * Set by the sink on an answer that is not to arrive whole: `cut` resets the connection in the middle of the body, `trickle`
 * sends a byte now and then and never the last one.
 */
export const endingHeader = 'x-suite-ending';
export type Ending = 'cut' | 'trickle';
/** Set by the tap when a connection carries another request. */
export const reusedHeader = 'x-suite-reused';
