import {
  Headers,
  noBody,
  parseCSeq,
  type SipRequest,
  type SipResponse,
  serializeUri,
  tagOf,
} from '../message/index.ts';
import { routed, uriOf } from './routing.ts';
import type { Admission, DialogId, DialogSide, DialogState, RequestParts } from './types.ts';

/** Requests whose Contact moves the remote target. RFC 3261 12.2, RFC 3311 5, RFC 6665 4.4.1, RFC 3515. */
const targetRefresh = ['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER'];

/** What a dialog is made of; the functions of `create.ts` fill it in. */
interface DialogStart {
  side: DialogSide;
  id: DialogId;
  state: 'early' | 'confirmed';
  /** From or To value of our side and of the other, tags included. */
  local: string;
  remote: string;
  remoteTarget: string;
  routeSet: string[];
  localSeq: number;
  remoteSeq: number | undefined;
}

function contactOf(message: SipRequest | SipResponse): string | undefined {
  const uri = uriOf(message.headers.getList('Contact')[0]);
  return uri === undefined ? undefined : serializeUri(uri);
}

/** State of one dialog, and the requests it makes. RFC 3261 12. */
export class Dialog {
  readonly side: DialogSide;
  readonly id: DialogId;
  /** From (of what we send) and To, tags included. */
  readonly local: string;
  readonly remote: string;
  state: DialogState;
  /** URI that requests go to: the other side's Contact. */
  remoteTarget: string;
  /** Route values in the order in which we use them. */
  routeSet: readonly string[];
  /** CSeq number of our last request. */
  localSeq: number;
  /** CSeq number of the other side's last request; undefined before the first. */
  remoteSeq: number | undefined;

  constructor(start: DialogStart) {
    this.side = start.side;
    this.id = start.id;
    this.local = start.local;
    this.remote = start.remote;
    this.state = start.state;
    this.remoteTarget = start.remoteTarget;
    this.routeSet = start.routeSet;
    this.localSeq = start.localSeq;
    this.remoteSeq = start.remoteSeq;
  }

  /** A request inside the dialog, without Via. It takes the next CSeq number. RFC 3261 12.2.1.1. */
  request(method: string, parts: RequestParts = {}): SipRequest {
    this.localSeq++;
    return this.build(method, this.localSeq, parts);
  }

  /**
   * ACK of a 2xx. `invite` is the request it was for: the ACK has its CSeq number and its credentials.
   * RFC 3261 13.2.2.4, 22.1.
   */
  ack(invite: SipRequest, parts: RequestParts = {}): SipRequest {
    const ack = this.build('ACK', parseCSeq(invite.headers.get('CSeq') ?? '')?.seq ?? this.localSeq, parts);
    for (const name of ['Authorization', 'Proxy-Authorization']) {
      for (const credentials of invite.headers.getAll(name)) ack.headers.append(name, credentials);
    }
    return ack;
  }

  private build(method: string, seq: number, parts: RequestParts): SipRequest {
    const { uri, routes } = routed(this.remoteTarget, this.routeSet);
    const headers = new Headers();
    for (const route of routes) headers.append('Route', route);
    headers.append('Max-Forwards', String(parts.maxForwards ?? 70));
    headers.append('From', this.local).append('To', this.remote);
    headers.append('Call-ID', this.id.callId).append('CSeq', `${seq} ${method}`);
    if (parts.contact !== undefined) headers.append('Contact', parts.contact);
    for (const { name, value } of parts.headers ?? []) headers.append(name, value);
    if (parts.contentType !== undefined) headers.set('Content-Type', parts.contentType);
    return { kind: 'request', method, uri, headers, body: parts.body ?? noBody };
  }

  /**
   * A request from the other side that names this dialog. It is refused with 481 when the dialog is over and with 500 when
   * its CSeq is out of order; otherwise CSeq and remote target are taken over, and BYE ends the dialog.
   * ACK and CANCEL have the number of their INVITE and are never refused. RFC 3261 12.2.2, 15.1.2.
   */
  receiveRequest(request: SipRequest): Admission {
    if (request.method === 'ACK' || request.method === 'CANCEL') return { ok: true };
    if (this.state === 'terminated') return { ok: false, status: 481 };
    const seq = parseCSeq(request.headers.get('CSeq') ?? '')?.seq;
    if (seq === undefined) return { ok: false, status: 400 };
    if (this.remoteSeq !== undefined && seq < this.remoteSeq) {
      return { ok: false, status: 500 };
    }
    this.remoteSeq = seq;
    if (targetRefresh.includes(request.method)) this.remoteTarget = contactOf(request) ?? this.remoteTarget;
    if (request.method === 'BYE') this.state = 'terminated';
    return { ok: true };
  }

  /**
   * A response to a request of ours. `request` is the INVITE that made the dialog or one sent inside it.
   * RFC 3261 12.2.1.2, 12.3, 13.2.2.4.
   */
  receiveResponse(request: SipRequest, response: SipResponse): void {
    if (this.state === 'terminated') return;
    const { status } = response;
    const success = status >= 200 && status < 300;
    const opening = this.state === 'early' && this.side === 'uac' && request.method === 'INVITE';
    if (opening && status >= 300) this.state = 'terminated';
    else if (opening && success) {
      // 13.2.2.4: the route set of the 2xx counts, whatever the provisional responses had.
      this.routeSet = response.headers.getList('Record-Route').reverse();
      this.state = 'confirmed';
    }
    if ((success || opening) && status < 300 && targetRefresh.includes(request.method)) {
      this.remoteTarget = contactOf(response) ?? this.remoteTarget;
    }
    // 12.2.1.2: the other side does not know the dialog, or did not answer.
    if (status === 481 || status === 408) this.state = 'terminated';
    // 15.1.1: BYE ends it whatever the answer; a challenge asks for one more BYE.
    if (request.method === 'BYE' && status >= 200 && status !== 401 && status !== 407) this.state = 'terminated';
  }

  /** UAS: our response to the request that made the dialog left. RFC 3261 12.1, 12.3. */
  sentResponse(response: SipResponse): void {
    if (this.side !== 'uas' || this.state !== 'early') return;
    if (response.status >= 300) this.state = 'terminated';
    else if (response.status >= 200) this.state = 'confirmed';
  }

  terminate(): void {
    this.state = 'terminated';
  }
}

/** Whether a response can make a dialog: 101–299 with a To tag; a 2xx of an RFC 2543 server may lack it. RFC 3261 12.1. */
function makesDialog(request: SipRequest, response: SipResponse): boolean {
  const opens = request.method === 'INVITE' || request.method === 'SUBSCRIBE' || request.method === 'REFER';
  const tagged = tagOf(response.headers.get('To') ?? '') !== undefined;
  const { status } = response;
  // RFC 6228: a 199 ends an early dialog.
  return opens && status > 100 && status < 300 && status !== 199 && (tagged || status >= 200);
}

/** UAC: the dialog that a response makes, undefined when it makes none. RFC 3261 12.1.2. */
export function dialogFromResponse(request: SipRequest, response: SipResponse): Dialog | undefined {
  const callId = request.headers.get('Call-ID');
  const cseq = parseCSeq(request.headers.get('CSeq') ?? '');
  if (!makesDialog(request, response) || callId === undefined || cseq === undefined) return undefined;
  const local = request.headers.get('From') ?? '';
  const remote = response.headers.get('To') ?? '';
  return new Dialog({
    side: 'uac',
    id: { callId, localTag: tagOf(local) ?? '', remoteTag: tagOf(remote) ?? '' },
    state: response.status < 200 ? 'early' : 'confirmed',
    local,
    remote,
    // A provisional response without Contact makes a dialog too; the Request-URI stands in until there is one.
    remoteTarget: contactOf(response) ?? request.uri,
    routeSet: response.headers.getList('Record-Route').reverse(),
    localSeq: cseq.seq,
    remoteSeq: undefined,
  });
}

/**
 * UAS: the dialog that our response makes, undefined when it makes none or the request says not where it is from.
 * `response` must have our To tag. `localSeq` is the CSeq number before our first request. RFC 3261 12.1.1.
 */
export function dialogFromRequest(request: SipRequest, response: SipResponse, localSeq = 0): Dialog | undefined {
  const callId = request.headers.get('Call-ID');
  const cseq = parseCSeq(request.headers.get('CSeq') ?? '');
  const from = uriOf(request.headers.get('From'));
  // An RFC 2543 client may leave Contact out: then its From is where it is reached.
  const remoteTarget = contactOf(request) ?? (from === undefined ? undefined : serializeUri(from));
  if (!makesDialog(request, response) || callId === undefined || cseq === undefined || remoteTarget === undefined) {
    return undefined;
  }
  const local = response.headers.get('To') ?? '';
  const remote = request.headers.get('From') ?? '';
  return new Dialog({
    side: 'uas',
    id: { callId, localTag: tagOf(local) ?? '', remoteTag: tagOf(remote) ?? '' },
    state: response.status < 200 ? 'early' : 'confirmed',
    local,
    remote,
    remoteTarget,
    routeSet: request.headers.getList('Record-Route'),
    localSeq,
    remoteSeq: cseq.seq,
  });
}
