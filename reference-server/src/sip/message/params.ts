import { consistsOf, isHost, token } from './chars.ts';
import { endOfQuoted } from './quoted.ts';
import { splitOutside } from './split.ts';
import type { Params } from './types.ts';

const semicolon = 0x3b;

/** A value in quotes may hold anything; one without is a token or a host. Telephones put `/`, `@`, `:` there as well. */
function isParamValue(text: string): boolean {
  if (text.startsWith('"')) return endOfQuoted(text, 0) === text.length;
  return consistsOf(text, token) || isHost(text) || /^[^\s"<>,;]+$/.test(text);
}

/**
 * Parameters of a header, `text` from the first semicolon on (or empty). Quoted values keep their quotes: see `unquote`.
 * Undefined when one is malformed or occurs twice. RFC 3261 7.3.1, 25.1.
 */
export function parseParams(text: string): Params | undefined {
  const params: Params = new Map();
  const trimmed = text.trim();
  if (trimmed === '') return params;
  if (trimmed.charCodeAt(0) !== semicolon) return undefined;
  for (const piece of splitOutside(trimmed.slice(1), semicolon)) {
    const equals = piece.indexOf('=');
    const name = (equals < 0 ? piece : piece.slice(0, equals)).trim().toLowerCase();
    if (!consistsOf(name, token) || params.has(name)) return undefined;
    if (equals < 0) {
      params.set(name, true);
      continue;
    }
    const value = piece.slice(equals + 1).trim();
    if (!isParamValue(value)) return undefined;
    params.set(name, value);
  }
  return params;
}

/** Inverse of `parseParams`. */
export function serializeParams(params: Params): string {
  let text = '';
  for (const [name, value] of params) text += value === true ? `;${name}` : `;${name}=${value}`;
  return text;
}
