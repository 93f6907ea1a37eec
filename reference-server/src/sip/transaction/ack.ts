import { Headers, noBody, parseCSeq, type SipRequest, type SipResponse } from '../message/index.ts';

/** The topmost Via value. */
export function topVia(headers: Headers): string {
  return headers.getList('Via')[0] ?? '';
}

/**
 * ACK of a response from 300 on: same Request-URI, Call-ID, From, Route, CSeq number and topmost Via as the INVITE, To of
 * the response. RFC 3261 17.1.1.3.
 */
export function ackForFailure(invite: SipRequest, response: SipResponse): SipRequest {
  const headers = new Headers();
  const seq = parseCSeq(invite.headers.get('CSeq') ?? '')?.seq ?? 0;
  headers.append('Via', topVia(invite.headers));
  for (const route of invite.headers.getAll('Route')) headers.append('Route', route);
  headers.append('Max-Forwards', '70');
  headers.append('From', invite.headers.get('From') ?? '').append('To', response.headers.get('To') ?? '');
  headers.append('Call-ID', invite.headers.get('Call-ID') ?? '').append('CSeq', `${seq} ACK`);
  return { kind: 'request', method: 'ACK', uri: invite.uri, headers, body: noBody };
}
