import type { OperationAnswer, OperationBody, OperationId } from '@mediaservice/spec';
import type { Mismatches, StateHandler } from '../../contracts/verifier.ts';
import type { Violation } from '../../harness/timeline.ts';

/** Last part of an operation's path. */
export type OperationName = Lowercase<OperationId>;

/** An answer of the target. */
export interface RestResponse<Body = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, as text. */
  readonly raw: string;
  /** As it came: files are no text. */
  readonly bytes: Uint8Array;
  /** Parsed, when it is JSON; otherwise undefined. */
  readonly body: Body | undefined;
  /** From request to answer. */
  readonly ms: number;
  readonly violations: readonly Violation[];
}

/** How a request departs from the ordinary one. */
export interface RestVariant {
  /** Another domain in the path. */
  readonly domain?: string;
  /** `none` leaves the Authorization header out; a value replaces the whole of it. */
  readonly authorization?: 'none' | { readonly value: string };
  /** `none`: no header. */
  readonly contentType?: string;
  readonly method?: string;
  /** Sent as it is, instead of JSON. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The request breaks the specification on purpose: violations of it fail nobody. Default: true where the variant has
   * an authorization or a method of its own.
   */
  readonly expectInvalid?: boolean;
  /** Default 10 000. */
  readonly timeoutMs?: number;
}

/** What a token says, and how it is signed. */
export interface TokenChanges {
  /** Added to, or put in place of, the target's claims; `undefined` takes a claim away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
  readonly expired?: boolean;
}

/** The operator's side of one scenario. */
export interface RestClient {
  /** An operation of the API. */
  call<Name extends OperationId>(
    name: Name,
    body: OperationBody<Name>,
    variant?: RestVariant,
  ): Promise<RestResponse<OperationAnswer<Name>>>;
  /** Anything under `{baseUrl}/{domain}/`, with any body; POST unless the variant says otherwise. */
  send(path: OperationName | (string & {}), body?: unknown, variant?: RestVariant): Promise<RestResponse>;
  /** Has Pact's verifier replay one interaction with the target; gives a sentence for each thing that differs. */
  verify(interaction: {
    /** Text of a pact file with that interaction alone. */
    readonly pact: string;
    readonly states: StateHandler;
    /** The interaction is about a wrong request. */
    readonly expectInvalid: boolean;
  }): Promise<Mismatches>;
  /** A token as the target wants it, or changed. A target with a ready token can only have that. */
  token(changes?: TokenChanges): Promise<string>;
}
