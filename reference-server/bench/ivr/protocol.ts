/** What the bench and the application of the IVR part say to each other. */

/** Users of the Request-URI: whose call is hung up by the application, and who waits for a digit that is never pressed. */
export const HANG_UP = '4689051000';
export const WAIT = '4689052000';

/** What the application has seen since it was asked last. */
export interface Seen {
  readonly callbacks: Record<string, number>;
  /** Sessions that had newCall, callAnswered, getIvrCommand and sessionCompleted, each once and in this order. */
  readonly completed: number;
  /** Callbacks that are unknown, doubled or out of place. */
  readonly faults: number;
  /** Sessions that have not been completed. */
  readonly open: number;
  /** How late its event loop was at the most for 99 % of the time, in milliseconds. */
  readonly lateMs: number;
}
