/**
 * Session timers (RFC 4028) as an application of drachtio has them: it agrees on an interval in the headers, and the
 * server that sent them refreshes the session or ends it.
 */
import { type Headers, parseSessionExpires, serializeSessionExpires } from '../sip/message/index.ts';
import type { SrfHeaders } from './srf.ts';

/** Interval in a Session-Expires header, in seconds. */
export const askedInterval = (headers: Headers): number | undefined =>
  parseSessionExpires(headers.get('Session-Expires') ?? '')?.seconds;

/** What a 2xx answers to a request that asks for a timer; the caller refreshes where it can (RFC 4028 section 9). */
export const answerInterval = (request: Headers, extensions: readonly string[]): SrfHeaders => {
  if (!extensions.includes('timer')) return {};
  const asked = parseSessionExpires(request.get('Session-Expires') ?? '');
  if (asked === undefined) return {};
  const knows = [...request.getList('Supported'), ...request.getList('Require')].includes('timer');
  const refresher = knows ? (asked.refresher ?? 'uac') : 'uas';
  return {
    'Session-Expires': serializeSessionExpires({ seconds: asked.seconds, refresher }),
    ...(refresher === 'uac' && { Require: 'timer' }),
  };
};

/** The interval to try after a 422; undefined when the response does not ask for more (RFC 4028 section 7.3). */
export const afterTooSmall = (response: Headers, tried: number): number | undefined => {
  const least = Number.parseInt(response.get('Min-SE') ?? '', 10);
  return least > tried ? least : undefined;
};
