/** Questions and notifications to the customer's application, and what becomes of them. */

import type { CallbackName } from '@mediaservice/spec';
import type { HttpTransactionId, SessionId } from '../ids.ts';
import type { Json } from '../json.ts';

/** Named once, by the specification. */
export type { CallbackName };

export interface CallbackRequest {
  /** Order and one-at-a-time hold for each session (D-CB); its alarms are a line of their own. */
  readonly session?: SessionId;
  readonly domain: string;
  readonly name: CallbackName;
  /** Which of the domain's service instances; undefined is its default (D-MSID). */
  readonly instance?: string;
  /** Overrides the instance's base URL (placeremotecall). */
  readonly baseUrl?: string;
  readonly body: Readonly<Record<string, Json | undefined>>;
  /** Given back in the result, so that the session knows which of its questions is answered. */
  readonly token: string;
  readonly httpTransactionId: HttpTransactionId;
}

export type CallbackResult =
  | { readonly ok: true; readonly status: number; readonly body: Json | undefined }
  | {
      readonly ok: false;
      readonly cause: 'timeout' | 'connection' | 'status' | 'notJson' | 'empty' | 'tooLarge';
      readonly status?: number;
      readonly detail: string;
    };

export interface CallbackPort {
  /** Queues the request behind those of the same session; `callback.result` follows for each, exactly once. */
  send(request: CallbackRequest): void;
  /** No more callbacks for this session: requests still queued are dropped, one under way is abandoned. */
  forget(session: SessionId): void;
}

export type CallbackEvent = {
  readonly type: 'callback.result';
  readonly name: CallbackName;
  readonly token: string;
  readonly result: CallbackResult;
};
