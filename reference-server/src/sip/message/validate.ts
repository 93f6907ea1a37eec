import { decimal } from './chars.ts';
import type { Headers } from './headers.ts';
import { reasonPhrase } from './reasons.ts';
import type { RequestFault, SipRequest } from './types.ts';
import { parseUri } from './uri.ts';
import { parseCSeq, parseNameAddr, parseRAck, parseSessionExpires } from './values.ts';
import { parseVia } from './via.ts';

export interface RequestRules {
  /** Option tags that Require may name; undefined: Require is not looked at. */
  extensions?: readonly string[];
  /** Methods that are allowed; undefined: every one. */
  methods?: readonly string[];
}

const mandatory = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
/** Headers that may occur once only. RFC 3261 7.3.1. */
const single = [
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Max-Forwards',
  'Content-Type',
  'Session-Expires',
  'RAck',
  'Refer-To',
  'Replaces',
];
/** Methods of the IANA registry: one that is known and not allowed gets 405, an unknown one 501. RFC 3261 8.2.1, 21.5.2. */
const registered =
  'INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK UPDATE INFO REFER NOTIFY SUBSCRIBE MESSAGE PUBLISH'.split(' ');

type Fields = RequestFault['headers'];

const fault = (status: number, detail: string, headers: Fields = []): RequestFault => ({
  status,
  reason: reasonPhrase(status),
  detail,
  headers,
});

const bad = (detail: string): RequestFault => fault(400, detail);

/** Presence and number of headers. RFC 3261 8.1.1, 7.3.1. */
function countFault({ method, headers }: SipRequest): RequestFault | undefined {
  for (const name of mandatory) if (!headers.has(name)) return bad(`${name} is missing.`);
  for (const name of single) if (headers.getAll(name).length > 1) return bad(`${name} occurs more than once.`);
  if (method === 'PRACK' && !headers.has('RAck')) return bad('RAck is missing.');
  if (method === 'REFER' && !headers.has('Refer-To')) return bad('Refer-To is missing.');
  if (method === 'INVITE' && !headers.has('Contact') && !isOldClient(headers)) return bad('Contact is missing.');
  return undefined;
}

/** RFC 2543 asked for no Contact; such a client is known by its Via. RFC 3261 8.1.1.7, 8.1.1.8. */
function isOldClient(headers: Headers): boolean {
  return !/;\s*branch\s*=\s*z9hG4bK/.test(headers.getList('Via')[0] ?? '');
}

/** Headers whose every element is an address. */
const addressLists = ['Route', 'Record-Route', 'Contact'];

function addressFault({ method, headers }: SipRequest): RequestFault | undefined {
  for (const name of ['From', 'To', 'Refer-To']) {
    const value = headers.get(name);
    if (value !== undefined && parseNameAddr(value) === undefined) return bad(`${name} is no address.`);
  }
  for (const name of addressLists) {
    for (const value of headers.getList(name)) {
      if (value === '*' && name === 'Contact' && method === 'REGISTER') continue;
      if (parseNameAddr(value) === undefined) return bad(`${name} holds what is no address.`);
    }
  }
  if (method === 'INVITE' && headers.getList('Contact').length > 1)
    return bad('Contact must hold exactly one address.');
  return undefined;
}

function valueFault({ method, headers }: SipRequest): RequestFault | undefined {
  const vias = headers.getList('Via');
  if (vias.length === 0 || vias.some((via) => parseVia(via) === undefined)) return bad('Via is malformed.');
  const callId = headers.get('Call-ID') ?? '';
  if (callId === '' || /\s/.test(callId)) return bad('Call-ID is malformed.');
  const cseq = parseCSeq(headers.get('CSeq') ?? '');
  if (cseq === undefined) return bad('CSeq is no number below 2^31 and a method.');
  if (cseq.method !== method) return bad('The method of CSeq is not that of the request.');
  const forwards = headers.get('Max-Forwards');
  if (forwards !== undefined && decimal(forwards, 255) === undefined)
    return bad('Max-Forwards is no number from 0 to 255.');
  const expires = headers.get('Session-Expires');
  if (expires !== undefined && parseSessionExpires(expires) === undefined) return bad('Session-Expires is malformed.');
  const rack = headers.get('RAck');
  if (rack !== undefined && parseRAck(rack) === undefined) return bad('RAck is malformed.');
  return undefined;
}

/** RFC 3261 19.1.1 table 1: a Request-URI has no headers; 8.2.2.1: an unknown scheme is 416. */
function requestUriFault({ uri }: SipRequest): RequestFault | undefined {
  const parsed = parseUri(uri);
  if (parsed === undefined) return bad('The Request-URI is malformed.');
  if (parsed.scheme === 'other') return fault(416, `The scheme ${parsed.name} is not known.`);
  if (parsed.scheme !== 'tel' && parsed.headers.length > 0) return bad('The Request-URI holds headers.');
  return undefined;
}

function supportFault({ method, headers }: SipRequest, rules: RequestRules): RequestFault | undefined {
  const { methods, extensions } = rules;
  if (methods !== undefined && !methods.includes(method)) {
    const allow = [{ name: 'Allow', value: methods.join(', ') }];
    return fault(registered.includes(method) ? 405 : 501, `${method} is not allowed.`, allow);
  }
  // RFC 3261 8.2.2.3: Require has no meaning in CANCEL and in the ACK of a non-2xx.
  if (extensions === undefined || method === 'ACK' || method === 'CANCEL') return undefined;
  const known = extensions.map((tag) => tag.toLowerCase());
  const unsupported = headers.getList('Require').filter((tag) => !known.includes(tag.toLowerCase()));
  if (unsupported.length === 0) return undefined;
  const value = unsupported.join(', ');
  return fault(420, `Not supported: ${value}.`, [{ name: 'Unsupported', value }]);
}

/**
 * The first fault of a request, undefined when it may be processed: malformed or missing headers 400, method 405 or 501,
 * scheme 416, Require 420. A missing Max-Forwards passes (RFC 3261 16.3). An ACK must never be answered, whatever this
 * says. RFC 3261 8.1.1, 8.2, 20.
 */
export function validateRequest(request: SipRequest, rules: RequestRules = {}): RequestFault | undefined {
  return (
    countFault(request) ??
    valueFault(request) ??
    addressFault(request) ??
    requestUriFault(request) ??
    supportFault(request, rules)
  );
}
