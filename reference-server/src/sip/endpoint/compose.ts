import { Headers, parseNameAddr, parseUri, type SipRequest, serializeNameAddr } from '../message/index.ts';
import { contactFor, withOwnHost } from './address.ts';
import type { Core } from './core.ts';
import { addHeaders, contentTypeOf } from './parts.ts';
import type { MessageParts, Path } from './types.ts';

/** A request outside of any dialog, without Via; `complete` adds what depends on the way it takes. */
interface Composed {
  request: SipRequest;
  complete: (request: SipRequest, path: Path) => void;
}

/** Value of From or To with brackets, so that parameters are those of the header. Undefined when malformed. */
function nameAddr(value: string, tag?: string): string | undefined {
  const parsed = parseNameAddr(value);
  if (parsed === undefined) return undefined;
  if (tag !== undefined && !parsed.params.has('tag')) parsed.params.set('tag', tag);
  return serializeNameAddr(parsed);
}

/** Fills in what an application left out of a request. A string says what is wrong with it. RFC 3261 8.1.1. */
export function compose(core: Core, method: string, uri: string, parts: MessageParts): Composed | string {
  const parsed = parseUri(uri);
  if (parsed === undefined || parsed.scheme === 'other') return `invalid request-uri: ${uri}`;
  const type = contentTypeOf(parts);
  if (parts.body.byteLength > 0 && type === undefined) return 'missing content-type';
  const given = parts.headers;
  const tag = core.ids.token();
  const from = nameAddr(given.get('From') ?? '<sip:localhost>', tag);
  if (from === undefined) return `invalid from value provided by client: ${given.get('From')}`;
  const toGiven = given.get('To');
  const to = toGiven === undefined ? `<${uri}>` : nameAddr(toGiven);
  if (to === undefined) return `invalid to value provided by client: ${toGiven}`;
  const seq = Number.parseInt(given.get('CSeq') ?? '', 10);
  const headers = new Headers();
  headers.append('Max-Forwards', '70');
  headers.append('From', from);
  headers.append('To', to);
  headers.append('Call-ID', given.get('Call-ID') ?? core.ids.token());
  headers.append('CSeq', `${Number.isNaN(seq) ? (core.ids.number() % 0xffff) + 1 : seq} ${method}`);
  const complete = (request: SipRequest, path: Path): void => {
    const own = (value: string) => withOwnHost(value, path.local, path.address, core.settings);
    request.headers.set('From', own(from));
    if (toGiven !== undefined) request.headers.set('To', own(to));
    addHeaders(core, request.headers, given, path);
    const needsContact = method === 'INVITE' || method === 'SUBSCRIBE' || method === 'REFER';
    if (needsContact && !request.headers.has('Contact')) {
      request.headers.append('Contact', contactFor(path.local, path.address, core.settings));
    }
    if (type !== undefined && parts.body.byteLength > 0 && !request.headers.has('Content-Type')) {
      request.headers.append('Content-Type', type);
    }
  };
  return { request: { kind: 'request', method, uri, headers, body: parts.body }, complete };
}
