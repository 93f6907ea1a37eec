import { decimal } from './chars.ts';
import type { Headers } from './headers.ts';

/** Content-Length: a number, 'absent', or 'bad' (no number, or several that differ). RFC 3261 20.14. */
export function contentLength(headers: Headers): number | 'absent' | 'bad' {
  const values = headers.getAll('Content-Length');
  const first = values[0];
  if (first === undefined) return 'absent';
  if (values.some((value) => value !== first)) return 'bad';
  return decimal(first, 2 ** 31) ?? 'bad';
}
