import type { Headers, SipRequest, SipResponse } from '../message/index.ts';
import type { TransactionId } from '../transaction/index.ts';

export type Protocol = 'udp' | 'tcp';

/** A socket that listens for SIP. `address` may be the wildcard 0.0.0.0 or ::. */
export interface Listener {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}

declare const connectionId: unique symbol;
/** A TCP connection, whoever opened it. */
export type ConnectionId = number & { readonly [connectionId]: true };

/**
 * Where a message came from or goes to. `local` is the listener it came by or leaves from; `connection` is preferred
 * while it lives, `address` and `port` are connected to when it does not.
 */
export interface Path {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  readonly local: Listener;
  readonly connection?: ConnectionId;
}

declare const callId: unique symbol;
/** Names one request, sent or received, to the user of the endpoint. */
export type RequestId = string & { readonly [callId]: true };

declare const dialogKey: unique symbol;
/** Names a dialog to the user of the endpoint: `<Call-ID>;from-tag=<tag of the caller>`, which drachtio-srf relies on. */
export type DialogKey = string & { readonly [dialogKey]: true };

declare const ownerId: unique symbol;
/** Who answers for a request or a dialog. The endpoint carries it and never looks inside. */
export type OwnerId = string & { readonly [ownerId]: true };

/** Names a command, so that its outcome (`sent` or `refused`) finds back. Chosen by the caller. */
export interface CommandRef {
  readonly owner: OwnerId;
  readonly id: string;
}

/** What an application gives of a message; everything else is filled in. */
export interface MessageParts {
  headers: Headers;
  body: Uint8Array;
}

export interface ProxyOptions {
  /** Targets in order, at least one. */
  targets: readonly string[];
  /** Stay on the path of the dialog (Record-Route, or Path for REGISTER). */
  recordRoute: boolean;
  followRedirects: boolean;
  /** All targets at once, else one after the other. */
  simultaneous: boolean;
  /** Milliseconds to wait for any response of a target before the next one is tried. */
  provisionalTimeout?: number;
  /** Milliseconds to wait for a final response of a target. */
  finalTimeout?: number;
  headers: Headers;
}

/** What happened, for the user of the endpoint. `size` is the message's length in bytes on the wire. */
export type EndpointEvent =
  /** A request. Without `owner` nobody has it yet: `own` it or `respond`. */
  | {
      type: 'request';
      id: RequestId;
      dialog?: DialogKey;
      owner?: OwnerId;
      request: SipRequest;
      from: Path;
      size: number;
    }
  /** The ACK of a 2xx; `id` is its INVITE. */
  | { type: 'ack'; id: RequestId; dialog: DialogKey; owner: OwnerId; request: SipRequest; from: Path; size: number }
  /** The caller gave up. 200 and 487 have been sent; `id` is the INVITE. */
  | { type: 'cancel'; id: RequestId; dialog?: DialogKey; owner: OwnerId; request: SipRequest; from: Path; size: number }
  /** A response to a request of `owner`, or what stands for one that never came (408, 503). */
  | {
      type: 'response';
      id: RequestId;
      dialog?: DialogKey;
      owner: OwnerId;
      response: SipResponse;
      from: Path;
      size: number;
    }
  /** The endpoint itself ended a dialog with this BYE (no ACK, session expired, answered after CANCEL). */
  | { type: 'ended'; dialog: DialogKey; owner: OwnerId; request: SipRequest; to: Path; size: number }
  /** A command was carried out; `bytes` is the message that was sent. */
  | {
      type: 'sent';
      ref: CommandRef;
      id: RequestId;
      dialog?: DialogKey;
      kind: 'request' | 'response';
      bytes: Uint8Array;
      to: Path;
    }
  | { type: 'refused'; ref: CommandRef; reason: string }
  /** A final response of one target of a proxied request. */
  | { type: 'proxy-response'; ref: CommandRef; response: SipResponse; from: Path; size: number }
  /** Nothing more will come of a proxied request. */
  | { type: 'proxy-done'; ref: CommandRef }
  /** Milestones of a call, for call detail records. */
  | { type: 'record'; record: CallRecord };

/** `cause` names why a call stopped, in drachtio's words. */
export interface CallRecord {
  stage: 'attempt' | 'start' | 'stop';
  source: 'network' | 'application';
  role?: 'uac' | 'uas' | 'proxy-uac' | 'proxy-uas';
  cause?: 'call-rejected' | 'call-canceled' | 'normal-release' | 'session-expired' | 'ackbye';
  message: SipRequest | SipResponse;
}

/** What the endpoint asks of the world. Carried out in order. */
export type EndpointOutput =
  /** `transaction` is given back through `sendFailed` when the bytes could not be sent. */
  | { type: 'send'; to: Path; bytes: Uint8Array; transaction?: TransactionId }
  /** Find the addresses of a host name; the answer goes to `resolved`. */
  | { type: 'resolve'; id: RequestId; host: string; protocol: Protocol; port?: number }
  | { type: 'event'; event: EndpointEvent };

/** Random identifiers, from outside so that the endpoint stays deterministic. All are tokens of RFC 3261 25.1 without `|`. */
export interface IdSource {
  /** At least 64 bits of randomness, unique in space and time: tags, branches, Call-IDs. */
  token(): string;
  /** Uniform in [1, 2^31). */
  number(): number;
}

export interface EndpointSettings {
  /** RFC 3261 17.1.1.1, milliseconds. */
  timers: { t1: number; t2: number; t4: number; d?: number };
  /** Least session interval that is accepted, seconds; RFC 4028 4 asks for at least 90. */
  minSe: number;
  /** Who refreshes when the caller leaves it open; `none` declines session timers in that case. RFC 4028 9. */
  defaultRefresher: 'uac' | 'uas' | 'none';
  /** Milliseconds that an INVITE may stay without any response of the application. */
  answerTimeout: number;
  /** Milliseconds that a proxied INVITE may ring: timer C, more than three minutes. RFC 3261 16.6. */
  timerC: number;
  /** Option tags that a Require may name. RFC 3261 8.2.2.3. */
  extensions: readonly string[];
  /** Largest request that goes by UDP of itself, bytes. RFC 3261 18.1.1. */
  udpLimit: number;
  /** Our address as it is seen from `remote`, for listeners on the wildcard address. */
  addressTowards(remote: string): string;
  /** Whether an address belongs to this machine, for the same. */
  isOwnAddress(address: string): boolean;
}

/** What is held, all 0 when nothing is going on. */
export interface EndpointStats {
  /** Early and confirmed dialogs. */
  dialogs: number;
  /** Requests without their final response. */
  pending: number;
  /** All transactions, those included that only absorb retransmissions (up to 64·T1). */
  transactions: number;
  /** Requests being proxied. */
  proxies: number;
  /** Armed timers outside of transactions. */
  timers: number;
}
