import { nextHop } from '../dialog/index.ts';
import { Headers, parseNameAddr, parseUri, type SipRequest } from '../message/index.ts';
import { isOurs } from './address.ts';
import type { Core } from './core.ts';
import { sendBare } from './outbound.ts';
import { ProxyContext } from './proxy-context.ts';
import type { ServerRecord } from './records.ts';
import { reject } from './reply.ts';
import type { CommandRef, ProxyOptions } from './types.ts';

function hopsLeft(request: SipRequest): boolean {
  const hops = Number.parseInt(request.headers.get('Max-Forwards') ?? '', 10);
  return Number.isNaN(hops) || hops > 0;
}

/** Has the endpoint proxy a request that it gave to its user. */
export function proxy(core: Core, ref: CommandRef, server: ServerRecord, options: ProxyOptions): void {
  if (!hopsLeft(server.request)) {
    core.refuse(ref, 'Rejected with 483 Too Many Hops due to Max-Forwards value of 0');
    reject(core, server, 483);
    return;
  }
  server.request.headers.delete('Route');
  const uri = parseUri(server.request.uri);
  const retarget = uri?.scheme === 'sip' && isOurs(uri, core.listeners, core.settings);
  server.user?.ended?.(server);
  const context = new ProxyContext(core, server, { options, retarget, ref });
  server.user = context;
  context.start();
}

/** Passes a request on that names us in Route and belongs to no dialog of ours. RFC 3261 16.4, 16.12. */
export function passOn(core: Core, server: ServerRecord): void {
  if (!hopsLeft(server.request)) {
    reject(core, server, 483);
    return;
  }
  dropOwnRoutes(core, server.request);
  const target = nextHop(server.request);
  const options: ProxyOptions = {
    targets: [target],
    recordRoute: false,
    followRedirects: false,
    simultaneous: false,
    headers: new Headers(),
  };
  const context = new ProxyContext(core, server, { options, retarget: false });
  server.user = context;
  context.start();
}

/** The same for the ACK of a 2xx, which has no transaction. */
export function passOnAck(core: Core, ack: SipRequest): void {
  if (!hopsLeft(ack)) return;
  const headers = ack.headers.clone();
  const request = { ...ack, headers };
  dropOwnRoutes(core, request);
  const hops = Number.parseInt(headers.get('Max-Forwards') ?? '', 10);
  headers.set('Max-Forwards', String(Number.isNaN(hops) ? 70 : hops - 1));
  sendBare(core, { request });
}

/** Removes the values of Route that name us: two, when we recorded ourselves twice. */
function dropOwnRoutes(core: Core, request: SipRequest): void {
  const routes = request.headers.getList('Route');
  while (routes.length > 0) {
    const uri = parseNameAddr(routes[0] ?? '')?.uri;
    if (uri === undefined || uri.scheme !== 'sip' || !isOurs(uri, core.listeners, core.settings)) break;
    routes.shift();
  }
  if (routes.length === 0) request.headers.delete('Route');
  else request.headers.set('Route', routes);
}
