import type { Violation } from '../../harness/timeline.ts';

/** The operations of the API document. */
export type OperationName =
  | 'stoprecording'
  | 'hangupparticipant'
  | 'splitconnection'
  | 'sendremotecallringback'
  | 'startrecording'
  | 'hangupcall'
  | 'answerremotecall'
  | 'placeremotecall'
  | 'placeivrcall'
  | 'hangupremoteparticipant'
  | 'interruptivrcommand';

/** An answer of the target. */
export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As it came. */
  readonly raw: string;
  /** Parsed, when it is JSON; otherwise undefined. */
  readonly body: unknown;
  /** From request to answer. */
  readonly ms: number;
  readonly violations: readonly Violation[];
}

/** How a request departs from the ordinary one. */
export interface RestVariant {
  /** Another domain in the path. */
  readonly domain?: string;
  /** Token: `none` leaves the header out; a string replaces the whole Authorization value. */
  readonly authorization?: 'none' | { readonly value: string };
  readonly contentType?: string | 'none';
  readonly method?: string;
  /** Sent as it is, instead of JSON. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request breaks the specification on purpose: violations of it fail nobody. */
  readonly expectInvalid?: boolean;
  readonly timeoutMs?: number;
}

export interface RestClient {
  /** Any operation by its path name. */
  post(operation: OperationName | (string & {}), body?: unknown, variant?: RestVariant): Promise<RestResponse>;
  /** A token as the target wants it, with changes to its claims or signed with another secret. */
  token(changes?: {
    readonly claims?: Record<string, unknown>;
    readonly secret?: string;
    readonly expired?: boolean;
  }): Promise<string>;
}
