import { consistsOf, decimal, token } from './chars.ts';
import { parseParams, serializeParams } from './params.ts';
import { endOfQuoted, quote, unquote } from './quoted.ts';
import type { CSeq, NameAddr, RAck, SessionExpires } from './types.ts';
import { parseUri, serializeUri } from './uri.ts';

/** Words of a value, cut at white space. */
const words = (value: string): string[] => value.trim().split(/[ \t]+/);

/** Sequence number below 2^31 and method. RFC 3261 8.1.1.5, 20.16. */
export function parseCSeq(value: string): CSeq | undefined {
  const [number = '', method = '', ...more] = words(value);
  const seq = decimal(number, 2 ** 31 - 1);
  return seq === undefined || more.length > 0 || !consistsOf(method, token) ? undefined : { seq, method };
}

/** RFC 3262 7.2. */
export function parseRAck(value: string): RAck | undefined {
  const [response = '', request = '', method = '', ...more] = words(value);
  const rseq = decimal(response, 2 ** 32 - 1);
  const cseq = decimal(request, 2 ** 31 - 1);
  if (rseq === undefined || cseq === undefined || more.length > 0 || !consistsOf(method, token)) return undefined;
  return { rseq, cseq, method };
}

/** A display name without quotes: tokens and spaces; UTF-8 is tolerated there because it is common. */
function isPlainName(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80 && code !== 0x20 && code !== 0x09 && token[code] !== 1) return false;
  }
  return true;
}

/** Where the `<` of a name-addr is: behind its display name. -1: there is none; undefined: malformed. */
function angleAt(text: string): number | undefined {
  if (!text.startsWith('"')) {
    const open = text.indexOf('<');
    return open < 0 || isPlainName(text.slice(0, open)) ? open : undefined;
  }
  const end = endOfQuoted(text, 0);
  const open = end < 0 ? -1 : text.indexOf('<', end);
  return open < 0 || text.slice(end, open).trim() !== '' ? undefined : open;
}

/**
 * Value of From, To, Contact, Route, Refer-To, …; undefined when malformed. Without angle brackets everything from the
 * first semicolon on belongs to the header, and the URI may hold no question mark or comma. RFC 3261 20, 20.10.
 */
export function parseNameAddr(value: string): NameAddr | undefined {
  const text = value.trim();
  const open = angleAt(text);
  if (open === undefined) return undefined;
  if (open < 0) {
    const semicolon = text.indexOf(';');
    const bare = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
    const uri = bare.includes('?') || bare.includes(',') ? undefined : parseUri(bare);
    const params = parseParams(semicolon < 0 ? '' : text.slice(semicolon));
    return uri === undefined || params === undefined ? undefined : { uri, params };
  }
  const close = text.indexOf('>', open);
  if (close < 0) return undefined;
  const uri = parseUri(text.slice(open + 1, close));
  const params = parseParams(text.slice(close + 1));
  if (uri === undefined || params === undefined) return undefined;
  const displayName = unquote(text.slice(0, open).trim());
  return displayName === '' ? { uri, params } : { displayName, uri, params };
}

/** Inverse of `parseNameAddr`: always with angle brackets, the display name always quoted. */
export function serializeNameAddr(value: NameAddr): string {
  const name = value.displayName === undefined ? '' : `${quote(value.displayName)} `;
  return `${name}<${serializeUri(value.uri)}>${serializeParams(value.params)}`;
}

/** RFC 4028 4. */
export function parseSessionExpires(value: string): SessionExpires | undefined {
  const semicolon = value.indexOf(';');
  const seconds = decimal((semicolon < 0 ? value : value.slice(0, semicolon)).trim(), 2 ** 32 - 1);
  const params = parseParams(semicolon < 0 ? '' : value.slice(semicolon));
  if (seconds === undefined || params === undefined) return undefined;
  const refresher = params.get('refresher');
  const side = typeof refresher === 'string' ? refresher.toLowerCase() : undefined;
  if (side === 'uac' || side === 'uas') return { seconds, refresher: side };
  return refresher === undefined ? { seconds } : undefined;
}

/** Inverse of `parseSessionExpires`. */
export function serializeSessionExpires(value: SessionExpires): string {
  return value.refresher === undefined ? String(value.seconds) : `${value.seconds};refresher=${value.refresher}`;
}
