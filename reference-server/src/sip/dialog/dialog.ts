import type { SipRequest, SipResponse } from '../message/index.ts';
import type { Admission, DialogId, DialogSide, DialogState, RequestParts } from './types.ts';

/** State of one dialog. RFC 3261 12. */
export interface Dialog {
  readonly side: DialogSide;
  readonly id: DialogId;
  readonly state: DialogState;
  readonly localUri: string;
  readonly remoteUri: string;
  readonly remoteTarget: string;
  readonly routeSet: readonly string[];
  readonly localSeq: number;
  readonly remoteSeq: number | undefined;
  /** A request inside the dialog, without Via; every method but ACK and CANCEL takes the next CSeq. RFC 3261 12.2.1.1. */
  request(method: string, parts?: RequestParts): SipRequest;
  /** ACK of the 2xx to the INVITE with this CSeq number. RFC 3261 13.2.2.4. */
  ack(cseq: number, parts?: RequestParts): SipRequest;
  /** A request that names this dialog: order of CSeq, target refresh. RFC 3261 12.2.2. */
  receiveRequest(request: SipRequest): Admission;
  /** A response to a request of ours in this dialog: target refresh, confirmation, end. RFC 3261 12.2.1.2. */
  receiveResponse(request: SipRequest, response: SipResponse): void;
  /** UAS: a response of ours left, which may confirm the dialog or end it. */
  sentResponse(response: SipResponse): void;
  terminate(): void;
}

/** UAC: the dialog that a 101–299 response makes. RFC 3261 12.1.2. Undefined when it makes none. */
export declare function dialogFromResponse(request: SipRequest, response: SipResponse): Dialog | undefined;
/** UAS: the dialog that our 101–299 response makes. RFC 3261 12.1.1. */
export declare function dialogFromRequest(request: SipRequest, response: SipResponse): Dialog | undefined;
/** Where to send: first Route, or the Request-URI; the Route that is strict has been applied already. RFC 3261 8.1.2. */
export declare function nextHop(request: SipRequest): string;
/** RFC 3261 9.1. `branch` of the INVITE is taken over. */
export declare function buildCancel(invite: SipRequest): SipRequest;
