import { parseNameAddr, parseUri, type SipUri, serializeNameAddr, type Via } from '../message/index.ts';
import type { EndpointSettings, Listener, Protocol } from './types.ts';

/** Whether text is an IPv4 or IPv6 address; brackets are allowed around the latter. */
export function isLiteral(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || isIpv6(host);
}

export function isIpv6(host: string): boolean {
  return host.includes(':');
}

/** Host as it stands in a URI or Via: IPv6 in brackets. */
export function bracketed(address: string): string {
  return isIpv6(address) && !address.startsWith('[') ? `[${address}]` : address;
}

/** Inverse of `bracketed`. */
export function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** What Via, Contact and Record-Route name: the address that `remote` reaches this listener by. */
export function advertised(local: Listener, remote: string, settings: EndpointSettings): string {
  return bracketed(isWildcard(local.address) ? settings.addressTowards(remote) : local.address);
}

/** Whether host and port are one of our listeners. RFC 3261 16.4. */
export function isOurs(uri: SipUri, listeners: readonly Listener[], settings: EndpointSettings): boolean {
  const port = uri.port ?? 5060;
  const host = bare(uri.host);
  return listeners.some(
    (each) =>
      each.port === port &&
      (each.address === host ||
        (host === 'localhost' && (isWildcard(each.address) || each.address.startsWith('127.'))) ||
        (isWildcard(each.address) && settings.isOwnAddress(host))),
  );
}

/** Our Contact. RFC 3261 8.1.1.8. */
export function contactFor(local: Listener, remote: string, settings: EndpointSettings): string {
  const transport = local.protocol === 'tcp' ? ';transport=tcp' : '';
  return `<sip:${advertised(local, remote, settings)}:${local.port}${transport}>`;
}

/**
 * A name-addr whose host `localhost`, which applications write for "this machine", is replaced by the address that the
 * other side can use. Left alone when it names another host or does not parse.
 */
export function withOwnHost(value: string, local: Listener, remote: string, settings: EndpointSettings): string {
  if (!value.includes('localhost')) return value;
  const parsed = parseNameAddr(value);
  if (parsed === undefined || parsed.uri.scheme === 'tel' || parsed.uri.scheme === 'other') return value;
  if (parsed.uri.host !== 'localhost' || parsed.uri.port !== undefined) return value;
  parsed.uri.host = advertised(local, remote, settings);
  parsed.uri.port = local.port;
  return serializeNameAddr(parsed);
}

export interface Target {
  host: string;
  port?: number;
  protocol: Protocol;
  /** The URI asked for this protocol, so that it must not be changed for the sake of size. */
  explicit: boolean;
}

/** Where a URI says to send, in so far as it can be said without DNS. RFC 3263 4. Undefined: no transport of ours fits. */
export function targetOf(hop: string, listeners: readonly Listener[]): Target | undefined {
  const uri = parseUri(hop) ?? parseNameAddr(hop)?.uri;
  if (uri === undefined || uri.scheme !== 'sip') return undefined;
  const wanted = uri.params.get('transport');
  const explicit = typeof wanted === 'string' ? wanted.toLowerCase() : undefined;
  if (explicit !== undefined && explicit !== 'udp' && explicit !== 'tcp') return undefined;
  const protocol = explicit ?? (listeners.some((each) => each.protocol === 'udp') ? 'udp' : 'tcp');
  const maddr = uri.params.get('maddr');
  const host = bare(typeof maddr === 'string' ? maddr : uri.host);
  return { host, protocol, explicit: explicit !== undefined, ...(uri.port === undefined ? {} : { port: uri.port }) };
}

/** The listener of this protocol that can reach an address. */
export function listenerFor(
  protocol: Protocol,
  address: string,
  listeners: readonly Listener[],
  preferred?: Listener,
): Listener | undefined {
  const fits = (each: Listener) => each.protocol === protocol && isIpv6(each.address) === isIpv6(address);
  if (preferred !== undefined && fits(preferred)) return preferred;
  const loopback = address.startsWith('127.') || address === '::1';
  const usable = listeners.filter(fits);
  return usable.find((each) => isWildcard(each.address) || each.address.startsWith('127.') === loopback) ?? usable[0];
}

/** Where a response goes that must not use the connection of its request. RFC 3261 18.2.2, RFC 3581 4. */
export function replyAddress(via: Via, source: { address: string; port: number }): { address: string; port: number } {
  const rport = via.params.has('rport');
  return { address: source.address, port: rport ? source.port : (via.port ?? 5060) };
}
