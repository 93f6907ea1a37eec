import * as chars from './chars.ts';
import type { Params, SipUri, TelUri, Uri } from './types.ts';

/** Escapes of characters that need none are resolved, the others get upper-case digits. RFC 3261 19.1.4. */
function normalized(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (whole, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return chars.unreserved[code] === 1 ? String.fromCharCode(code) : whole.toUpperCase();
  });
}

const folded = (text: string): string => normalized(text).toLowerCase();

/** Parameters that count even when one side lacks them. */
const decisive = ['user', 'ttl', 'method', 'maddr', 'transport'];

function foldedParams(params: Params): Map<string, string | true> {
  return new Map([...params].map(([name, value]) => [folded(name), value === true ? true : folded(value)]));
}

function sipParamsEqual(a: Params, b: Params): boolean {
  const left = foldedParams(a);
  const right = foldedParams(b);
  for (const name of decisive) if (left.get(name) !== right.get(name)) return false;
  for (const [name, value] of left) if (right.has(name) && right.get(name) !== value) return false;
  return true;
}

function headersEqual(a: SipUri, b: SipUri): boolean {
  const sorted = (uri: SipUri) => uri.headers.map(({ name, value }) => `${folded(name)}=${folded(value)}`).sort();
  const left = sorted(a);
  const right = sorted(b);
  return left.length === right.length && left.every((header, index) => header === right[index]);
}

function sipEquals(a: SipUri, b: SipUri): boolean {
  const part = (text: string | undefined) => (text === undefined ? undefined : normalized(text));
  return (
    a.scheme === b.scheme &&
    part(a.user) === part(b.user) &&
    part(a.password) === part(b.password) &&
    a.host.toLowerCase() === b.host.toLowerCase() &&
    a.port === b.port &&
    sipParamsEqual(a.params, b.params) &&
    headersEqual(a, b)
  );
}

/** RFC 3966 4: visual separators do not count, every parameter does. */
function telEquals(a: TelUri, b: TelUri): boolean {
  const number = (uri: TelUri) => uri.number.replace(/[-.()]/g, '').toLowerCase();
  const left = foldedParams(a.params);
  const right = foldedParams(b.params);
  return (
    number(a) === number(b) && left.size === right.size && [...left].every(([name, value]) => right.get(name) === value)
  );
}

/** Whether two URIs are equivalent. RFC 3261 19.1.4 (sip, sips), RFC 3966 4 (tel); others by their text. */
export function uriEquals(a: Uri, b: Uri): boolean {
  if (a.scheme === 'tel') return b.scheme === 'tel' && telEquals(a, b);
  if (a.scheme === 'other') return b.scheme === 'other' && a.name === b.name && a.rest === b.rest;
  return b.scheme !== 'tel' && b.scheme !== 'other' && sipEquals(a, b);
}
