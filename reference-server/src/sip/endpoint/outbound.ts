import { nextHop } from '../dialog/index.ts';
import { type SipRequest, serializeMessage } from '../message/index.ts';
import { advertised, isLiteral, listenerFor, type Target, targetOf } from './address.ts';
import type { Core } from './core.ts';
import type { ClientRecord, ClientUser, DialogRecord } from './records.ts';
import type { CommandRef, Listener, OwnerId, Path, RequestId } from './types.ts';

export interface Outgoing {
  /** Without Via. */
  request: SipRequest;
  user: ClientUser;
  owner?: OwnerId | undefined;
  dialog?: DialogRecord | undefined;
  id?: RequestId;
  /** Is told `sent` or `refused`. */
  ref?: CommandRef | undefined;
  /** URI to send to; else the first Route or the Request-URI. */
  hop?: string | undefined;
  /** Path to prefer: listener and, if it still lives, connection. */
  path?: Path | undefined;
  /** Fills in what depends on our own address, once that is known. */
  complete?: (request: SipRequest, path: Path) => void;
  /** Told when the request is on its way, before any response. */
  started?: (client: ClientRecord) => void;
  /** Told when nothing could be sent after all, because the name has no address. */
  failed?: () => void;
}

/** The addresses of a target: at once for a literal or `localhost`, through a resolver for names. RFC 3263. */
function locate(core: Core, id: RequestId, target: Target, then: (addresses: readonly string[]) => void): void {
  if (isLiteral(target.host)) then([target.host]);
  else if (target.host.toLowerCase() === 'localhost') then(['127.0.0.1']);
  else {
    core.resolving.set(id, then);
    const { host, protocol, port } = target;
    core.ask({ type: 'resolve', id, host, protocol, ...(port === undefined ? {} : { port }) });
  }
}

/** Adds our Via above all others. RFC 3261 8.1.1.7, 18.1.1; rport of RFC 3581. */
function withVia(core: Core, request: SipRequest, path: Path): SipRequest {
  const headers = request.headers.clone();
  const host = advertised(path.local, path.address, core.settings);
  const branch = `z9hG4bK${core.ids.token()}`;
  headers.prepend('Via', `SIP/2.0/${path.protocol.toUpperCase()} ${host}:${path.local.port};branch=${branch};rport`);
  return { ...request, headers };
}

function pathTo(core: Core, target: Target, address: string, preferred: Path | undefined): Path | undefined {
  const local = listenerFor(target.protocol, address, core.listeners, preferred?.local);
  if (local === undefined) return undefined;
  const port = target.port ?? 5060;
  const connection =
    preferred !== undefined &&
    preferred.protocol === 'tcp' &&
    target.protocol === 'tcp' &&
    preferred.address === address
      ? preferred.connection
      : undefined;
  return { protocol: target.protocol, address, port, local, ...(connection === undefined ? {} : { connection }) };
}

/**
 * Sends a request in a transaction of its own. A request that is too large for UDP goes by TCP, and by UDP after all when
 * TCP is refused (RFC 3261 18.1.1). Everything that can go wrong at once refuses `ref`; later failures are responses.
 */
export function sendRequest(core: Core, outgoing: Outgoing): RequestId | undefined {
  const hop = outgoing.hop ?? nextHop(outgoing.request);
  const target = targetOf(hop, core.listeners);
  if (target === undefined) {
    core.refuse(outgoing.ref, `no transport for ${hop}`);
    return undefined;
  }
  const id = outgoing.id ?? core.newId();
  locate(core, id, target, (addresses) => {
    const paths = addresses.flatMap((address) => pathTo(core, target, address, outgoing.path) ?? []);
    const [path] = paths;
    if (path === undefined) {
      core.refuse(outgoing.ref, addresses.length === 0 ? `cannot resolve ${target.host}` : `no transport for ${hop}`);
      outgoing.failed?.();
      return;
    }
    launch(core, id, outgoing, path, paths.slice(1), target.explicit);
  });
  return id;
}

/** What went out of `sendBare`. */
export interface Sent {
  request: SipRequest;
  bytes: Uint8Array;
  to: Path;
}

/** Sends a request outside of any transaction: an ACK of a 2xx, or what a stateless proxy passes on. */
export function sendBare(
  core: Core,
  outgoing: Pick<Outgoing, 'request' | 'ref' | 'hop' | 'path' | 'complete'>,
  then?: (sent: Sent) => void,
): void {
  const hop = outgoing.hop ?? nextHop(outgoing.request);
  const target = targetOf(hop, core.listeners);
  if (target === undefined) {
    core.refuse(outgoing.ref, `no transport for ${hop}`);
    return;
  }
  locate(core, core.newId(), target, ([address]) => {
    const to = address === undefined ? undefined : pathTo(core, target, address, outgoing.path);
    if (to === undefined) {
      core.refuse(outgoing.ref, `no transport for ${hop}`);
      return;
    }
    outgoing.complete?.(outgoing.request, to);
    const request = withVia(core, outgoing.request, to);
    const bytes = serializeMessage(request);
    core.send(to, bytes);
    then?.({ request, bytes, to });
  });
}

function newClient(core: Core, id: RequestId, out: Outgoing, request: SipRequest, to: Path): ClientRecord {
  const client: ClientRecord = {
    side: 'client',
    id,
    user: out.user,
    table: undefined,
    request,
    to,
    owner: out.owner,
    dialog: out.dialog,
    done: false,
    counted: true,
    provisional: false,
    cancel: undefined,
    cancelSent: false,
    patience: undefined,
    fallback: undefined,
    acks: undefined,
    bytes: undefined,
  };
  core.clients.set(id, client);
  core.pending++;
  return client;
}

/** Sends a request that shares branch and way with an earlier one: CANCEL. RFC 3261 9.1. */
export function sendInTransactionOf(core: Core, earlier: ClientRecord, request: SipRequest, user: ClientUser): void {
  begin(core, newClient(core, core.newId(), { request, user }, request, earlier.to));
}

function launch(
  core: Core,
  id: RequestId,
  out: Outgoing,
  path: Path,
  others: readonly Path[],
  explicit: boolean,
): void {
  out.complete?.(out.request, path);
  const client = newClient(core, id, out, withVia(core, out.request, path), path);
  const ways = [path, ...others];
  const stream = !explicit && path.protocol === 'udp' ? overTcp(core, client, path) : undefined;
  if (stream !== undefined) ways.unshift(stream);
  let next = 0;
  client.fallback = () => {
    const way = ways[next++];
    if (way === undefined || client.provisional || client.done) return false;
    attempt(core, client, out.request, way);
    return true;
  };
  client.fallback();
  out.started?.(client);
  if (out.ref !== undefined) {
    const bytes = core.bytesOf(client, client.request);
    const dialog = out.dialog === undefined ? {} : { dialog: out.dialog.key };
    core.emit({ type: 'sent', ref: out.ref, id, ...dialog, kind: 'request', bytes, to: client.to });
  }
  begin(core, client);
}

/** The same way by TCP when the request is larger than a datagram should be. */
function overTcp(core: Core, client: ClientRecord, path: Path): Path | undefined {
  if (core.bytesOf(client, client.request).byteLength <= core.settings.udpLimit) return undefined;
  const local: Listener | undefined = listenerFor('tcp', path.address, core.listeners);
  return local === undefined ? undefined : { protocol: 'tcp', address: path.address, port: path.port, local };
}

/** Makes the request ready for a way; `begin` or a failed predecessor sends it. */
function attempt(core: Core, client: ClientRecord, bare: SipRequest, way: Path): void {
  const again = client.table !== undefined;
  if (client.to !== way) {
    client.to = way;
    client.request = withVia(core, bare, way);
    client.bytes = undefined;
  }
  if (again) begin(core, client);
}

function begin(core: Core, client: ClientRecord): void {
  const made = core.table.request(client.request, client.to.protocol === 'tcp', core.now);
  if (made === undefined) {
    core.failed(client, 500, 'Server Internal Error');
    core.forget(client);
    return;
  }
  const { id, outputs } = made;
  client.table = id;
  core.byTransaction.set(id, client);
  core.carryOut(client, outputs);
}

/** The transport could not send for a transaction: tries the next way, else tells the transaction. RFC 3261 18.4. */
export function sendFailed(core: Core, client: ClientRecord): void {
  const { table } = client;
  if (table === undefined) return;
  core.byTransaction.delete(table);
  const abandoned = client.fallback?.() === true;
  const outputs = core.table.transportError(table, core.now);
  if (abandoned) return;
  core.byTransaction.set(table, client);
  core.carryOut(client, outputs);
}
