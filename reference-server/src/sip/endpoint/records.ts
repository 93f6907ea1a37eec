import type { Dialog, ReliableReceiver } from '../dialog/index.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message/index.ts';
import type { TransactionId } from '../transaction/index.ts';
import type { Deadline } from './deadlines.ts';
import type { DialogKey, OwnerId, Path, RequestId } from './types.ts';

/** A machine that runs until it is stopped or has nothing more to wait for. */
export interface Repetition {
  stop(): void;
}

/** Who made a request: is told what came of it. */
export interface ClientUser {
  /** A response from the network, or one made here when none came (408, 503). `size` is its length on the wire. */
  response(client: ClientRecord, response: SipResponse, from: Path, size: number): void;
  /** The transaction has ended; nothing more will come. */
  ended?(client: ClientRecord): void;
}

/** Who answers a request. */
export interface ServerUser {
  /** The ACK of a 2xx that arrived while its transaction lived. */
  ack?(server: ServerRecord, ack: SipRequest, from: Path, size: number): void;
  /** The final response has left, whoever chose it. */
  concluded?(): void;
  cancelled(server: ServerRecord, cancel: SipRequest, from: Path, size: number): void;
  ended?(server: ServerRecord): void;
}

export interface ClientRecord {
  readonly side: 'client';
  readonly id: RequestId;
  readonly user: ClientUser;
  /** Replaced when the request is sent anew by another transport. */
  table: TransactionId | undefined;
  request: SipRequest;
  to: Path;
  owner: OwnerId | undefined;
  dialog: DialogRecord | undefined;
  /** A final response was given to `user`. */
  done: boolean;
  /** Whether it is among the pending ones: it may be waited for no longer although it is not done. */
  counted: boolean;
  /** A provisional response was received, so that CANCEL may be sent. RFC 3261 9.1. */
  provisional: boolean;
  cancel: SipRequest | undefined;
  cancelSent: boolean;
  /** Gives up on an INVITE that CANCEL does not end. */
  patience: Deadline | undefined;
  /** What remains to be tried when this way cannot be used. */
  fallback: (() => boolean) | undefined;
  /** 2xx of an INVITE: the ACK of each branch by its To tag, empty until the application has given it. */
  acks: Map<string, { bytes: Uint8Array; to: Path } | undefined> | undefined;
  /** Bytes of `request`, made once. */
  bytes: Uint8Array | undefined;
}

export interface ServerRecord {
  readonly side: 'server';
  readonly id: RequestId;
  readonly table: TransactionId;
  /** Without headers and body once it has its final response. */
  request: SipRequest;
  readonly from: Path;
  /** Where responses go. */
  readonly reply: Path;
  readonly size: number;
  user: ServerUser | undefined;
  owner: OwnerId | undefined;
  dialog: DialogRecord | undefined;
  /** Our tag in To; chosen with the first response that carries one. */
  tag: string;
  /** Status of the last response, 0 before the first. */
  status: number;
  last: { message: SipMessage; bytes: Uint8Array } | undefined;
}

export type Record = ClientRecord | ServerRecord;

/** A dialog of ours and what goes on in it. */
export interface DialogRecord {
  /** Name towards the user of the endpoint. */
  readonly key: DialogKey;
  readonly dialog: Dialog;
  readonly kind: 'invite' | 'subscribe';
  owner: OwnerId | undefined;
  /** How the other side was last heard: listener, and connection to be used again. */
  path: Path;
  /** Sends requests elsewhere than the dialog says: to the source, when Contact cannot be reached from here. */
  hop: string | undefined;
  /** Our Contact. */
  contact: string;
  /** What we last offered or answered, for the re-INVITE that refreshes the session. */
  body: { type: string; bytes: Uint8Array } | undefined;
  /** INVITE of the other side that waits for our final response. */
  incoming: ServerRecord | undefined;
  /** INVITE of ours that waits for its final response. */
  outgoing: ClientRecord | undefined;
  /** BYE of ours. */
  bye: ClientRecord | undefined;
  /** INVITE of ours whose 2xx the application has not acknowledged yet. */
  unacknowledged: ClientRecord | undefined;
  /** Our 2xx that waits for its ACK. RFC 3261 13.3.1.4. */
  answer: { invite: ServerRecord; repetition: Repetition } | undefined;
  /** Order of the reliable provisional responses to our INVITE. */
  readonly reliable: ReliableReceiver;
  /** The session timer that runs. RFC 4028. */
  session: Repetition | undefined;
  /** What waits for the ACK of our 2xx: BYE may not go before it. RFC 3261 15. */
  afterAck: (() => void)[];
  /** End it as soon as it is acknowledged: it was answered after CANCEL. */
  unwanted: boolean;
}
