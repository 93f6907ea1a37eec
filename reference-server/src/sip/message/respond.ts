import type { Headers as HeaderList } from './headers.ts';
import { Headers } from './headers.ts';
import { noBody } from './no-body.ts';
import { reasonPhrase } from './reasons.ts';
import type { SipResponse } from './types.ts';

/** The tag of a From or To value, undefined when it has none or is malformed. RFC 3261 19.3. */
export function tagOf(value: string): string | undefined {
  // Parameters of the URI stand in angle brackets, so only what follows them is looked at.
  const close = value.lastIndexOf('>');
  const params = close >= 0 ? value.slice(close + 1) : value;
  const found = /;\s*tag\s*=\s*([^;\s]+)/i.exec(params);
  return found?.[1];
}

interface ResponseParts {
  /** Default: the usual phrase. */
  reason?: string;
  /** Added to To when the request had no tag there; a 100 gets none. */
  toTag?: string;
  headers?: Iterable<{ name: string; value: string }>;
  body?: Uint8Array;
}

/** What the response to a request takes from it. A `PartialRequest` will do. */
interface Answerable {
  method: string;
  headers: HeaderList;
}

/** A response as a UAS makes it: Via, From, To, Call-ID, CSeq of the request, Record-Route where a dialog may begin. RFC 3261 8.2.6.2, 12.1.1. */
export function responseTo(request: Answerable, status: number, parts: ResponseParts = {}): SipResponse {
  const headers = new Headers();
  for (const via of request.headers.getAll('Via')) headers.append('Via', via);
  if (status > 100 && status < 300 && (request.method === 'INVITE' || request.method === 'SUBSCRIBE')) {
    for (const route of request.headers.getAll('Record-Route')) headers.append('Record-Route', route);
  }
  const to = request.headers.get('To') ?? '';
  const tagged =
    status === 100 || parts.toTag === undefined || tagOf(to) !== undefined ? to : `${to};tag=${parts.toTag}`;
  headers.append('From', request.headers.get('From') ?? '').append('To', tagged);
  headers.append('Call-ID', request.headers.get('Call-ID') ?? '').append('CSeq', request.headers.get('CSeq') ?? '');
  const timestamp = request.headers.get('Timestamp');
  // RFC 3261 8.2.6.1: a 100 copies the Timestamp.
  if (status === 100 && timestamp !== undefined) headers.append('Timestamp', timestamp);
  for (const { name, value } of parts.headers ?? []) headers.append(name, value);
  return {
    kind: 'response',
    status,
    reason: parts.reason ?? reasonPhrase(status),
    headers,
    body: parts.body ?? noBody,
  };
}
