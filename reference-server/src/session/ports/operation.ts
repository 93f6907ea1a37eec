/** REST operations as the session layer takes them, and how each ends. */

import type { OperationId } from '@mediaservice/spec';
import type { Json } from '../json.ts';
import type { ReplyClaims } from './reply-id.ts';

/** operationId of a REST operation, named once, by the specification. */
export type OperationName = OperationId;

/** A REST request that authentication, schema and replyId signature have passed. */
export interface Operation {
  readonly name: OperationName;
  readonly domain: string;
  readonly body: Readonly<Record<string, Json>>;
  /** From the verified replyId, when the body has one. */
  readonly claims?: ReplyClaims;
}

export type OperationOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly status: 400 | 403 | 404 | 409 | 503;
      readonly error: string;
      readonly message: string;
      /** Places in the body that are wrong; pointers as in RFC 6901. */
      readonly details?: readonly { readonly pointer: string; readonly message: string }[];
    };
