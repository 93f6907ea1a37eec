import { type Headers, headerName } from '../message/index.ts';
import { withOwnHost } from './address.ts';
import type { Core } from './core.ts';
import type { MessageParts, Path } from './types.ts';

/** What an application may not decide, because the endpoint does. Names in lower case. */
const decided = new Set(['via', 'route', 'rseq', 'record-route', 'content-length', 'from', 'to', 'call-id', 'cseq']);

const withHosts = new Set(['from', 'to', 'contact', 'p-asserted-identity']);

/** A name as it is usually written: `x-custom-name` becomes `X-Custom-Name`. */
export function usualName(name: string): string {
  const known = headerName(name);
  if (known.name !== name || name !== known.key) return known.name;
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

/** Puts an application's headers on a message, under the names and with the addresses they should have. */
export function addHeaders(core: Core, onto: Headers, given: Headers, path: Path): void {
  for (const { name, value } of given) {
    const key = name.toLowerCase();
    if (decided.has(key) || /[\r\n\0]/.test(value)) continue;
    const text = withHosts.has(key) ? withOwnHost(value, path.local, path.address, core.settings) : value;
    if (onto.has(name) && (key === 'content-type' || key === 'contact' || key === 'max-forwards')) onto.set(name, text);
    else onto.append(usualName(name), text);
  }
}

/** Content-Type of a body: what the application says, else SDP when it looks like it. Undefined: it has to be told. */
export function contentTypeOf(parts: MessageParts): string | undefined {
  const told = parts.headers.get('Content-Type');
  if (told !== undefined) return told;
  const [v, equals, zero] = parts.body;
  return v === 0x76 && equals === 0x3d && zero === 0x30 ? 'application/sdp' : undefined;
}
