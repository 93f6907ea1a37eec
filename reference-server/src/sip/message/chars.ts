/** Sets of ASCII characters as tables: one lookup a character instead of a regular expression. RFC 3261 25.1. */
type CharSet = Uint8Array;

const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const mark = "-_.!~*'()";

function charSet(members: string): CharSet {
  const table = new Uint8Array(128);
  for (let at = 0; at < members.length; at++) table[members.charCodeAt(at)] = 1;
  return table;
}

export const token = charSet(`${alphanumeric}-.!%*_+\`'~`);
/** The underscore is no part of a host name, but such names exist and resolve. */
export const hostName = charSet(`${alphanumeric}-._`);
export const ipv6 = charSet('0123456789abcdefABCDEF:.');
/** `#` ought to be escaped; telephones send it in service codes, so it is taken as it is. */
export const user = charSet(`${alphanumeric}${mark}&=+$,;?/#`);
export const password = charSet(`${alphanumeric}${mark}&=+$,`);
export const uriParam = charSet(`${alphanumeric}${mark}[]/:&+$`);
export const uriHeader = charSet(`${alphanumeric}${mark}[]/?:+$`);
export const unreserved = charSet(`${alphanumeric}${mark}`);
export const telNumber = charSet('0123456789abcdefABCDEF*#+-.()');
export const scheme = charSet(`${alphanumeric}+-.`);
const hex = charSet('0123456789abcdefABCDEF');
const digit = charSet('0123456789');

/** Whether `text` is not empty and made of members of `set` alone. */
export function consistsOf(text: string, set: CharSet): boolean {
  for (let at = 0; at < text.length; at++) if (set[text.charCodeAt(at)] !== 1) return false;
  return text.length > 0;
}

/** As `consistsOf`, %-escapes allowed; the empty text passes. */
export function consistsOfEscaped(text: string, set: CharSet): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x25) {
      if (hex[text.charCodeAt(at + 1)] !== 1 || hex[text.charCodeAt(at + 2)] !== 1) return false;
      at += 2;
    } else if (set[code] !== 1) return false;
  }
  return true;
}

/** A decimal number of digits alone, up to `max`; undefined otherwise. */
export function decimal(text: string, max: number): number | undefined {
  if (!consistsOf(text, digit)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

/** Whether a host is a name, an IPv4 address or an IPv6 address in brackets. */
export function isHost(text: string): boolean {
  if (text.startsWith('[')) return text.endsWith(']') && consistsOf(text.slice(1, -1), ipv6);
  return consistsOf(text, hostName);
}

/** Cuts `host[:port]`; undefined when one of the two is malformed. */
export function hostPort(text: string): { host: string; port?: number } | undefined {
  const colon = text.indexOf(':', text.startsWith('[') ? text.indexOf(']') + 1 : 0);
  const host = (colon < 0 ? text : text.slice(0, colon)).trim();
  if (!isHost(host)) return undefined;
  if (colon < 0) return { host };
  const port = decimal(text.slice(colon + 1).trim(), 65535);
  return port === undefined ? undefined : { host, port };
}

const isLws = (code: number): boolean => code === 0x20 || code === 0x09;

/** Text without spaces and tabs around it. `trim` takes more away, which in text of one character a byte may be half a letter. */
export function trimLws(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isLws(text.charCodeAt(from))) from++;
  while (to > from && isLws(text.charCodeAt(to - 1))) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}
