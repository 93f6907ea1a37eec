import { parseCSeq, parseVia, type SipRequest, type SipResponse, tagOf } from '../message/index.ts';
import { topVia } from './ack.ts';
import type { TransactionId } from './types.ts';

/** Begins every branch that is unique over space and time. RFC 3261 8.1.1.7. */
const magicCookie = 'z9hG4bK';

const id = (text: string): TransactionId => text as TransactionId;

/** Branch of the topmost Via and method: what a response is matched by. Undefined when one is missing. RFC 3261 17.1.3. */
export function clientKey(message: SipRequest | SipResponse): TransactionId | undefined {
  const branch = parseVia(topVia(message.headers))?.params.get('branch');
  const method = message.kind === 'request' ? message.method : parseCSeq(message.headers.get('CSeq') ?? '')?.method;
  return typeof branch === 'string' && method !== undefined ? id(`c ${method} ${branch}`) : undefined;
}

/**
 * What a request is matched by: branch, sent-by and method, with ACK counted as INVITE. A branch without the cookie is that
 * of an RFC 2543 client, for which Request-URI, From tag, Call-ID, CSeq number and topmost Via decide; the To tag that such
 * an ACK must have is looked at by the table, which knows the response. RFC 3261 17.2.3.
 */
export function serverKey(request: SipRequest, method = request.method): TransactionId | undefined {
  const top = topVia(request.headers);
  const via = parseVia(top);
  if (via === undefined) return undefined;
  const counted = method === 'ACK' ? 'INVITE' : method;
  const branch = via.params.get('branch');
  if (typeof branch === 'string' && branch.startsWith(magicCookie)) {
    return id(`s ${counted} ${branch} ${via.host.toLowerCase()}:${via.port ?? ''}`);
  }
  const callId = request.headers.get('Call-ID');
  const cseq = parseCSeq(request.headers.get('CSeq') ?? '');
  if (callId === undefined || cseq === undefined) return undefined;
  return id(
    `o ${counted} ${request.uri} ${tagOf(request.headers.get('From') ?? '') ?? ''} ${callId} ${cseq.seq} ${top}`,
  );
}

/** Whether the key is that of an RFC 2543 client. */
export function isOldKey(key: TransactionId): boolean {
  return key.startsWith('o ');
}

/**
 * What tells that two requests outside of dialogs are one that took two paths: From tag, Call-ID, CSeq. Undefined when the
 * check does not apply: To has a tag, or the method is ACK or CANCEL, which follow the branches of their INVITE.
 * RFC 3261 8.2.2.2.
 */
export function mergeKey(request: SipRequest): string | undefined {
  if (request.method === 'ACK' || request.method === 'CANCEL') return undefined;
  if (tagOf(request.headers.get('To') ?? '') !== undefined) return undefined;
  const fromTag = tagOf(request.headers.get('From') ?? '');
  return `${fromTag ?? ''} ${request.headers.get('Call-ID')} ${request.headers.get('CSeq')}`;
}
