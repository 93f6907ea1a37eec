import { Headers, noBody, parseNameAddr, type SipRequest, serializeUri, type Uri } from '../message/index.ts';

/** URI of a Route, Record-Route or Contact value; undefined when it is malformed. */
export function uriOf(value: string | undefined): Uri | undefined {
  return value === undefined ? undefined : parseNameAddr(value)?.uri;
}

function isLoose(route: string | undefined): boolean {
  const uri = uriOf(route);
  return uri !== undefined && (uri.scheme === 'sip' || uri.scheme === 'sips') && uri.params.has('lr');
}

/** A Request-URI has no headers and no method parameter. RFC 3261 19.1.1, table 1. */
function asRequestUri(uri: Uri): string {
  if (uri.scheme === 'tel' || uri.scheme === 'other') return serializeUri(uri);
  const params = new Map(uri.params);
  params.delete('method');
  return serializeUri({ ...uri, params, headers: [] });
}

/**
 * Request-URI and Route values of a request to `target` through `routeSet`. When the first route is a strict router (no lr)
 * it becomes the Request-URI and the target goes to the end. RFC 3261 12.2.1.1.
 */
export function routed(target: string, routeSet: readonly string[]): { uri: string; routes: string[] } {
  const first = uriOf(routeSet[0]);
  if (first === undefined || isLoose(routeSet[0])) return { uri: target, routes: [...routeSet] };
  return { uri: asRequestUri(first), routes: [...routeSet.slice(1), `<${target}>`] };
}

/**
 * URI that a request is sent to: the first Route when it is a loose router, otherwise the Request-URI, which is where
 * `routed` has put a strict one. RFC 3261 8.1.2.
 */
export function nextHop(request: SipRequest): string {
  const first = request.headers.getList('Route')[0];
  const uri = uriOf(first);
  return uri !== undefined && isLoose(first) ? serializeUri(uri) : request.uri;
}

/**
 * CANCEL of an INVITE: its Request-URI, topmost Via, Route, From, To, Call-ID and CSeq number. It may be sent only after a
 * provisional response came. `headers` are added (Reason). RFC 3261 9.1.
 */
export function buildCancel(invite: SipRequest, headers: Iterable<{ name: string; value: string }> = []): SipRequest {
  const cancel = new Headers();
  cancel.append('Via', invite.headers.getList('Via')[0] ?? '');
  for (const route of invite.headers.getAll('Route')) cancel.append('Route', route);
  cancel.append('Max-Forwards', '70');
  for (const name of ['From', 'To', 'Call-ID']) cancel.append(name, invite.headers.get(name) ?? '');
  const number = (invite.headers.get('CSeq') ?? '').trim().split(/\s+/)[0] ?? '0';
  cancel.append('CSeq', `${number} CANCEL`);
  for (const { name, value } of headers) cancel.append(name, value);
  return { kind: 'request', method: 'CANCEL', uri: invite.uri, headers: cancel, body: noBody };
}
