/**
 * What is refused before the session layer hears of it. The embedded engine sees to most of this by itself, a
 * drachtio-server leaves it to the application.
 */
import { type Headers, parseSessionExpires } from '../sip/message/index.ts';
import type { SrfHeaders } from './srf.ts';

/** Extensions that this user agent takes part in; the value of its Supported headers. */
export const extensions = ['100rel', 'timer'];

export interface Refusal {
  readonly status: number;
  readonly headers: SrfHeaders;
}

const knowsTimers = (headers: Headers): boolean =>
  [...headers.getList('Supported'), ...headers.getList('Require')].some((tag) => tag.toLowerCase() === 'timer');

/**
 * For an INVITE or UPDATE, in a dialog or not. An extension that is not known: 420 (RFC 3261 section 8.2.2.3). An
 * interval below `minSe` seconds, asked for by one who could ask for more: 422 (RFC 4028 section 9).
 */
export const refusalOf = (headers: Headers, minSe: number): Refusal | undefined => {
  const unknown = headers.getList('Require').filter((tag) => !extensions.includes(tag.toLowerCase()));
  if (unknown.length > 0) return { status: 420, headers: { Unsupported: unknown.join(', ') } };
  const asked = parseSessionExpires(headers.get('Session-Expires') ?? '');
  if (asked !== undefined && asked.seconds < minSe && knowsTimers(headers)) {
    return { status: 422, headers: { 'Min-SE': String(minSe) } };
  }
  return undefined;
};
