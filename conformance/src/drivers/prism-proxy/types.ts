import type { HttpDetail, Violation } from '../../harness/timeline.ts';

/** An exchange that went through a tap. `at` is the arrival of the request on the run's clock. */
export interface Exchange extends HttpDetail {
  readonly at: number;
  readonly endedAt: number;
}

/**
 * A reverse proxy that hands bytes on as they are and lets Prism's own engine judge request and answer against the
 * OpenAPI document.
 */
export interface PrismTap {
  readonly url: string;
  readonly port: number;
  /** Judges an exchange, e.g. for the exchange of a client that is already in hand. */
  exchanges(): readonly Exchange[];
  violations(): readonly Violation[];
  close(): Promise<void>;
}
