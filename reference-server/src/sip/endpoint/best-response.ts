import type { SipResponse } from '../message/index.ts';

/** Lower is better: 6xx above all, then the lowest class; within 4xx what lets the caller try again. RFC 3261 16.7 (6). */
function rank(status: number): number {
  if (status >= 600) return 0;
  const hundreds = Math.floor(status / 100);
  const helpful = [401, 407, 415, 420, 484].includes(status);
  return hundreds * 10 + (helpful ? 0 : status === 408 || status === 503 ? 9 : 5);
}

/** The response that a forking proxy passes on. */
export function bestOf(finals: readonly SipResponse[]): SipResponse | undefined {
  return finals.toSorted((a, b) => rank(a.status) - rank(b.status))[0];
}

/** A 401 or 407 carries the challenges of all branches, so that all can be met at once. RFC 3261 16.7 (7). */
export function challenges(best: SipResponse, finals: readonly SipResponse[]): SipResponse {
  if (best.status !== 401 && best.status !== 407) return best;
  const headers = best.headers.clone();
  for (const other of finals) {
    if (other === best || (other.status !== 401 && other.status !== 407)) continue;
    for (const name of ['WWW-Authenticate', 'Proxy-Authenticate']) {
      for (const value of other.headers.getAll(name)) headers.append(name, value);
    }
  }
  return { ...best, headers };
}
