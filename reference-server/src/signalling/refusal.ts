/**
 * What is refused before the session layer hears of it. The embedded engine sees to most of this by itself, a
 * drachtio-server leaves it to the application.
 */
import { type Headers, parseParams, parseSessionExpires } from '../sip/message/index.ts';
import { isPlain, type Message, sdpOf } from './message.ts';
import type { SrfHeaders } from './srf.ts';

/** Extensions that this user agent takes part in at most; the value of its Supported headers. */
export const extensions = ['100rel', 'timer'];

export interface Refusal {
  readonly status: number;
  readonly headers: SrfHeaders;
}

/** What a leg refuses. */
export interface RefusalSettings {
  /** Shortest session interval that is agreed to, in seconds. */
  readonly minSe: number;
  /** Option tags that a Require may name, in lower case. */
  readonly extensions: readonly string[];
}

const knowsTimers = (headers: Headers): boolean =>
  [...headers.getList('Supported'), ...headers.getList('Require')].some((tag) => tag.toLowerCase() === 'timer');

const isOptional = (disposition = ''): boolean => {
  const semicolon = disposition.indexOf(';');
  const handling = semicolon < 0 ? undefined : parseParams(disposition.slice(semicolon))?.get('handling');
  return typeof handling === 'string' && handling.toLowerCase() === 'optional';
};

/**
 * A body that is not understood is refused unless it is optional (RFC 3261 section 8.2.3); one whose type is not said at
 * all is malformed (section 20.15). Of several parts SDP has to be one; what the others are does not matter.
 */
const bodyRefusal = (message: Message): Refusal | undefined => {
  const { headers, body } = message;
  if (body.length === 0) return undefined;
  if (!headers.has('Content-Type')) return { status: 400, headers: {} };
  if (sdpOf(message) !== undefined || isOptional(headers.get('Content-Disposition'))) return undefined;
  return { status: 415, headers: isPlain(headers) ? { Accept: 'application/sdp' } : { 'Accept-Encoding': 'identity' } };
};

/**
 * For an INVITE or UPDATE, in a dialog or not. An extension that is not known: 420 (RFC 3261 section 8.2.2.3). An
 * interval below `minSe` seconds, asked for by one who could ask for more: 422 (RFC 4028 section 9). A body that is not
 * understood: 415.
 */
export const refusalOf = (message: Message, { minSe, extensions: ours }: RefusalSettings): Refusal | undefined => {
  const { headers } = message;
  const unknown = headers.getList('Require').filter((tag) => !ours.includes(tag.toLowerCase()));
  if (unknown.length > 0) return { status: 420, headers: { Unsupported: unknown.join(', ') } };
  const asked = parseSessionExpires(headers.get('Session-Expires') ?? '');
  if (asked !== undefined && asked.seconds < minSe && ours.includes('timer') && knowsTimers(headers)) {
    return { status: 422, headers: { 'Min-SE': String(minSe) } };
  }
  return bodyRefusal(message);
};
