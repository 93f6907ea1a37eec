/** From the INVITE to what the session layer knows of a call (D-NEWCALL). */
import type { CallId, LegId } from '../session/ids.ts';
import type { HeaderMap, InboundCall, SipIdentity } from '../session/ports/sip.ts';
import {
  type Headers,
  type NameAddr,
  parseNameAddr,
  parseUri,
  splitList,
  type Uri,
  unescapeUri,
} from '../sip/message/index.ts';
import { type Message, sdpOf } from './message.ts';
import { askedInterval } from './session-timer.ts';

/** User part without user parameters and password, unescaped; for tel the number. */
const identityOf = (uri: Uri | undefined, displayName?: string): SipIdentity => {
  const name = displayName === undefined ? {} : { displayName };
  if (uri === undefined || uri.scheme === 'other') return { user: '', host: '', ...name };
  if (uri.scheme === 'tel') return { user: uri.number, host: '', ...name };
  return { user: unescapeUri(uri.user?.split(';')[0] ?? ''), host: uri.host.toLowerCase(), ...name };
};

/** Whom a Request-URI calls. */
export const calledBy = (requestUri: string): SipIdentity => identityOf(parseUri(requestUri));

const identity = (value: NameAddr | undefined): SipIdentity => identityOf(value?.uri, value?.displayName);

/** P-Asserted-Identity: the first SIP or tel URI, whichever comes first (RFC 3325 9.1 allows one of each). */
const assertedOf = (headers: Headers): SipIdentity | undefined => {
  const values = headers.getList('P-Asserted-Identity').map((value) => parseNameAddr(value));
  const usable = values.find((value) => value !== undefined && value.uri.scheme !== 'other');
  return usable && identity(usable);
};

/** Privacy id, user or header (RFC 3323), or a From that is anonymous. */
const isPrivate = (headers: Headers, from: SipIdentity): boolean => {
  const values = headers.getAll('Privacy').flatMap((value) => value.toLowerCase().split(/[;,\s]+/));
  return (
    values.some((value) => value === 'id' || value === 'user' || value === 'header') ||
    from.user.toLowerCase() === 'anonymous' ||
    from.host === 'anonymous.invalid'
  );
};

/** Headers with a prefix, by name in lower case; an array where one occurs several times. */
const withPrefix = (headers: Headers, prefix: 'x-' | 'p-'): HeaderMap => {
  const map: Record<string, string | readonly string[]> = {};
  for (const { name } of headers) {
    const key = name.toLowerCase();
    if (!key.startsWith(prefix) || key in map) continue;
    const [first = '', ...more] = headers.getAll(name);
    map[key] = more.length === 0 ? first : [first, ...more];
  }
  return map;
};

export interface Arrival {
  readonly leg: LegId;
  readonly requestUri: string;
  readonly sourceAddress: string;
  /** Name of the header that carries the trace id (D-ID). */
  readonly traceHeader: string;
}

export const inboundCall = (message: Message, arrival: Arrival): InboundCall => {
  const { headers } = message;
  const { leg, requestUri, sourceAddress } = arrival;
  const from = identity(parseNameAddr(headers.get('From') ?? ''));
  const sdp = sdpOf(message);
  const asserted = assertedOf(headers);
  const subject = headers.get('Subject');
  const referredBy = headers.get('Referred-By');
  const traceId = headers.get(arrival.traceHeader);
  const expires = askedInterval(headers);
  return {
    leg,
    sipCallId: (headers.get('Call-ID') ?? '') as CallId,
    requestUri,
    called: calledBy(requestUri),
    from,
    private: isPrivate(headers, from),
    diversion: headers.getAll('Diversion').flatMap(splitList),
    xHeaders: withPrefix(headers, 'x-'),
    pHeaders: withPrefix(headers, 'p-'),
    sourceAddress,
    ...(asserted && { asserted }),
    ...(subject && { subject }),
    ...(referredBy && { referredBy }),
    ...(traceId && { traceId }),
    ...(sdp !== undefined && { sdp }),
    ...(expires !== undefined && { expires }),
  };
};
