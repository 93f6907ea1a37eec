import * as chars from './chars.ts';
import type { OtherUri, Params, SipUri, TelUri, Uri } from './types.ts';

function parseUriParams(text: string): Params | undefined {
  const params: Params = new Map();
  if (text === '') return params;
  for (const piece of text.slice(1).split(';')) {
    const equals = piece.indexOf('=');
    const name = (equals < 0 ? piece : piece.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? true : piece.slice(equals + 1);
    if (name === '' || !chars.consistsOfEscaped(name, chars.uriParam) || params.has(name)) return undefined;
    if (value !== true && (value === '' || !chars.consistsOfEscaped(value, chars.uriParam))) return undefined;
    params.set(name, value);
  }
  return params;
}

function parseUriHeaders(text: string): SipUri['headers'] | undefined {
  const headers: SipUri['headers'] = [];
  for (const piece of text.split('&')) {
    const equals = piece.indexOf('=');
    if (equals < 1) return undefined;
    const name = piece.slice(0, equals);
    const value = piece.slice(equals + 1);
    if (!chars.consistsOfEscaped(name, chars.uriHeader) || !chars.consistsOfEscaped(value, chars.uriHeader))
      return undefined;
    headers.push({ name, value });
  }
  return headers;
}

function parseSip(scheme: 'sip' | 'sips', rest: string): SipUri | undefined {
  const uri: SipUri = { scheme, host: '', params: new Map(), headers: [] };
  // The user part may hold ';', '?' and '/', so it is cut off before anything else is looked for.
  const at = rest.indexOf('@');
  if (at >= 0) {
    const colon = rest.lastIndexOf(':', at) >= 0 ? rest.indexOf(':') : -1;
    const user = rest.slice(0, colon < 0 ? at : colon);
    if (user === '' || !chars.consistsOfEscaped(user, chars.user)) return undefined;
    uri.user = user;
    if (colon >= 0) {
      uri.password = rest.slice(colon + 1, at);
      if (!chars.consistsOfEscaped(uri.password, chars.password)) return undefined;
    }
  }
  const tail = rest.slice(at + 1);
  const question = tail.indexOf('?');
  const beforeHeaders = question < 0 ? tail : tail.slice(0, question);
  const semicolon = beforeHeaders.indexOf(';');
  const place = semicolon < 0 ? beforeHeaders : beforeHeaders.slice(0, semicolon);
  const address = place.includes(' ') ? undefined : chars.hostPort(place);
  const params = parseUriParams(semicolon < 0 ? '' : beforeHeaders.slice(semicolon));
  const headers = question < 0 ? [] : parseUriHeaders(tail.slice(question + 1));
  if (address === undefined || params === undefined || headers === undefined) return undefined;
  return Object.assign(uri, address, { params, headers });
}

function parseTel(rest: string): TelUri | undefined {
  const semicolon = rest.indexOf(';');
  const number = semicolon < 0 ? rest : rest.slice(0, semicolon);
  const params = parseUriParams(semicolon < 0 ? '' : rest.slice(semicolon));
  if (params === undefined || !chars.consistsOf(number, chars.telNumber)) return undefined;
  return { scheme: 'tel', number, params };
}

function parseOther(name: string, rest: string): OtherUri | undefined {
  if (rest === '') return undefined;
  for (let at = 0; at < rest.length; at++) {
    const code = rest.charCodeAt(at);
    if (code <= 0x20 || code === 0x22 || code === 0x3c || code === 0x3e || code === 0x7f) return undefined;
  }
  return { scheme: 'other', name, rest };
}

/** Undefined when malformed. Parameter names become lower case, all else stays as written. RFC 3261 19.1, RFC 3966. */
export function parseUri(text: string): Uri | undefined {
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  const scheme = text.slice(0, colon).toLowerCase();
  const rest = text.slice(colon + 1);
  switch (scheme) {
    case 'sip':
    case 'sips':
      return parseSip(scheme, rest);
    case 'tel':
      return parseTel(rest);
    default:
      return chars.consistsOf(scheme, chars.scheme) ? parseOther(scheme, rest) : undefined;
  }
}

function uriParams(params: Params): string {
  let text = '';
  for (const [name, value] of params) text += value === true ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** Inverse of `parseUri`. */
export function serializeUri(uri: Uri): string {
  switch (uri.scheme) {
    case 'tel':
      return `tel:${uri.number}${uriParams(uri.params)}`;
    case 'other':
      return `${uri.name}:${uri.rest}`;
    case 'sip':
    case 'sips': {
      let text = `${uri.scheme}:`;
      if (uri.user !== undefined) {
        text += uri.user;
        if (uri.password !== undefined) text += `:${uri.password}`;
        text += '@';
      }
      text += uri.host;
      if (uri.port !== undefined) text += `:${uri.port}`;
      text += uriParams(uri.params);
      uri.headers.forEach(({ name, value }, index) => {
        text += `${index === 0 ? '?' : '&'}${name}=${value}`;
      });
      return text;
    }
    default:
      return uri satisfies never;
  }
}

/** Text with %-escapes resolved, as UTF-8; a sequence that is no UTF-8 becomes U+FFFD. RFC 3261 19.1.2. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  const source = Buffer.from(text, 'utf8');
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0;
    const pair = byte === 0x25 ? source.toString('latin1', at + 1, at + 3) : '';
    if (pair.length === 2 && chars.consistsOfEscaped(`%${pair}`, chars.unreserved)) {
      bytes.push(Number.parseInt(pair, 16));
      at += 2;
    } else bytes.push(byte);
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Escapes what may not stand in the user part of a SIP URI, `%` included. RFC 3261 19.1.2. */
export function escapeUser(text: string): string {
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const literal = byte !== 0x23 && chars.user[byte] === 1;
    escaped += literal ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
