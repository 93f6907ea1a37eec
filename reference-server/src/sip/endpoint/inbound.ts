import { asksTooLittle } from '../dialog/index.ts';
import {
  Headers,
  noBody,
  type ParseResult,
  parseNameAddr,
  parseVia,
  responseTo,
  type SipRequest,
  serializeMessage,
  serializeVia,
  splitList,
  type Via,
  validateRequest,
} from '../message/index.ts';
import type { TransactionId } from '../transaction/index.ts';
import { isOurs, replyAddress } from './address.ts';
import type { Core } from './core.ts';
import { tagOf } from './dialogs.ts';
import { dropDialog } from './life.ts';
import { passOn, passOnAck } from './proxy.ts';
import { ProxyContext } from './proxy-context.ts';
import type { DialogRecord, ServerRecord } from './records.ts';
import { reject } from './reply.ts';
import type { Path } from './types.ts';
import { acknowledged, UasRequest } from './uas.ts';

/** Takes a message, or what is left of a broken one, from the network. */
export function receive(core: Core, from: Path, parsed: ParseResult, size: number): void {
  if (!parsed.ok) {
    if (parsed.partial !== undefined && parsed.partial.method !== 'ACK') {
      refuseBroken(core, from, parsed.partial.method, parsed.partial.headers, parsed.error.status);
    }
    return;
  }
  const { message } = parsed;
  const reliable = from.protocol === 'tcp';
  let via: Via | undefined;
  if (message.kind === 'request') {
    via = markSource(message, from);
    if (via === undefined) return;
  }
  const routing = core.table.receive(message, reliable, core.now);
  switch (routing.type) {
    case 'existing': {
      const record = core.byTransaction.get(routing.id);
      if (record !== undefined) core.carryOut(record, routing.outputs, from, size);
      return;
    }
    case 'new':
    case 'merged': {
      if (via === undefined) return;
      const server = newServer(core, routing.id, routing.request, from, via, size);
      if (routing.type === 'merged') takeMerged(core, server, routing.original);
      else if (routing.request.method === 'CANCEL') takeCancel(core, server, routing.cancels, from, size);
      else admit(core, server);
      return;
    }
    case 'ack': {
      const dialog = core.dialogs.find(routing.request);
      if (dialog !== undefined) acknowledged(core, dialog, routing.request, from, size);
      else if (toOthers(core, routing.request)) passOnAck(core, routing.request);
      return;
    }
    case 'stray':
    case 'unmatchable':
      return;
    default:
      routing satisfies never;
  }
}

/** Notes where a request really came from. RFC 3261 18.2.1, RFC 3581 4. Undefined: it has no Via to answer to. */
function markSource(request: SipRequest, from: Path): Via | undefined {
  const fields = request.headers.getAll('Via');
  const [first = '', ...others] = fields;
  const [top = '', ...rest] = splitList(first);
  const via = parseVia(top);
  if (via === undefined) return undefined;
  const rport = via.params.has('rport');
  if (!rport && via.host === from.address) return via;
  via.params.set('received', from.address);
  if (rport) via.params.set('rport', String(from.port));
  request.headers.set('Via', [[serializeVia(via), ...rest].join(', '), ...others]);
  return via;
}

function newServer(
  core: Core,
  table: TransactionId,
  request: SipRequest,
  from: Path,
  via: Via,
  size: number,
): ServerRecord {
  const server: ServerRecord = {
    side: 'server',
    id: core.newId(),
    table,
    request,
    from,
    reply: { ...from, ...replyAddress(via, from) },
    size,
    user: undefined,
    owner: undefined,
    dialog: undefined,
    tag: '',
    status: 0,
    last: undefined,
  };
  core.pending++;
  core.servers.set(server.id, server);
  core.byTransaction.set(table, server);
  return server;
}

/**
 * The same request by another path is refused, unless it spirals: we passed it on as a proxy and it has come back for
 * another Request-URI. RFC 3261 8.2.2.2, 16.3.
 */
function takeMerged(core: Core, server: ServerRecord, original: TransactionId): void {
  const first = core.byTransaction.get(original);
  const passed = first?.side === 'server' && first.user instanceof ProxyContext;
  if (!passed || first.request.uri === server.request.uri) {
    reject(core, server, 482);
    return;
  }
  core.table.admit(server.table);
  admit(core, server);
}

/** Answers what could be read of a request that is no message, without a transaction. RFC 3261 16.3, 21.4.1. */
function refuseBroken(core: Core, from: Path, method: string, headers: Headers, status: number): void {
  const request: SipRequest = {
    kind: 'request',
    method,
    uri: 'sip:invalid',
    headers: headers.clone(),
    body: noBody,
  };
  const via = markSource(request, from);
  if (via === undefined) return;
  const response = responseTo(request, status, { toTag: core.ids.token() });
  core.send({ ...from, ...replyAddress(via, from) }, serializeMessage(response));
}

/** RFC 3261 9.2: the CANCEL has its own 200, the INVITE its 487 unless it has been answered. */
function takeCancel(
  core: Core,
  server: ServerRecord,
  target: TransactionId | undefined,
  from: Path,
  size: number,
): void {
  const invite = target === undefined ? undefined : core.byTransaction.get(target);
  if (invite?.side !== 'server') {
    reject(core, server, 481);
    return;
  }
  const { request } = server;
  invite.tag ||= core.ids.token();
  server.tag = invite.tag;
  reject(core, server, 200);
  if (invite.status < 200) invite.user?.cancelled(invite, request, from, size);
}

/** Whether a request only passes through: its Route names us and then others, and no dialog of ours has it. */
function toOthers(core: Core, request: SipRequest): boolean {
  const [route] = request.headers.getList('Route');
  if (route === undefined) return false;
  const uri = parseNameAddr(route)?.uri;
  if (uri === undefined || uri.scheme === 'tel' || uri.scheme === 'other') return false;
  return isOurs(uri, core.listeners, core.settings);
}

function dropOwnRoute(request: SipRequest): void {
  const [, ...rest] = request.headers.getList('Route');
  if (rest.length === 0) request.headers.delete('Route');
  else request.headers.set('Route', rest);
}

/** A new request: refused here, passed on, or given to its dialog or the user. RFC 3261 8.2, 12.2.2, 16.3. */
function admit(core: Core, server: ServerRecord): void {
  const { request } = server;
  const fault = validateRequest(request, { extensions: core.settings.extensions });
  if (fault !== undefined) {
    reject(core, server, fault.status, { headers: new Headers(fault.headers) });
    return;
  }
  const inDialog = tagOf(request.headers.get('To')) !== '';
  const dialog = inDialog ? core.dialogs.find(request) : undefined;
  if (dialog !== undefined) {
    inside(core, server, dialog);
    return;
  }
  if (toOthers(core, request)) {
    if (inDialog) {
      passOn(core, server);
      return;
    }
    dropOwnRoute(request);
  }
  const needsDialog = ['BYE', 'UPDATE', 'PRACK'].includes(request.method);
  if (needsDialog || (inDialog && (request.method === 'INVITE' || request.method === 'INFO'))) {
    reject(core, server, 481);
  } else if (core.draining) {
    reject(core, server, 503);
  } else if (request.method === 'INVITE' && asksTooLittle(request, core.settings.minSe)) {
    reject(core, server, 422, { headers: new Headers([['Min-SE', String(core.settings.minSe)]]) });
  } else {
    server.user = new UasRequest(core, server);
    const { id, from, size } = server;
    core.emit({ type: 'request', id, request, from, size });
    if (request.method !== 'INVITE') return;
    core.emit({ type: 'record', record: { stage: 'attempt', source: 'network', message: request } });
  }
}

function inside(core: Core, server: ServerRecord, dialog: DialogRecord): void {
  const { request, from } = server;
  const { method } = request;
  server.dialog = dialog;
  const admission = dialog.dialog.receiveRequest(request);
  if (!admission.ok) {
    reject(core, server, admission.status);
    return;
  }
  dialog.path = from;
  if (dialog.hop !== undefined) dialog.hop = dialog.hop.replace(/:\d+;/, `:${from.port};`);
  const conflict = glare(dialog, method, request.body.byteLength > 0);
  if (conflict !== undefined) {
    reject(core, server, conflict);
    return;
  }
  if ((method === 'INVITE' || method === 'UPDATE') && asksTooLittle(request, core.settings.minSe)) {
    reject(core, server, 422, { headers: new Headers([['Min-SE', String(core.settings.minSe)]]) });
    return;
  }
  const invite = dialog.incoming?.user;
  const prack = method === 'PRACK' && invite instanceof UasRequest ? invite : undefined;
  if (method === 'PRACK' && prack?.prack(request) !== true) {
    reject(core, server, 481);
    return;
  }
  if (dialog.owner === undefined) {
    reject(core, server, 481);
    return;
  }
  if (method === 'INVITE') dialog.incoming = server;
  server.owner = dialog.owner;
  server.user = new UasRequest(core, server);
  const { id, owner, size } = server;
  core.emit({ type: 'request', id, dialog: dialog.key, owner, request, from, size });
  prack?.flush();
  if (method === 'BYE') ended(core, dialog, request);
  const state =
    method === 'NOTIFY' && dialog.kind === 'subscribe' ? request.headers.get('Subscription-State') : undefined;
  if (state?.startsWith('terminated') === true) dropDialog(core, dialog);
}

/** Two offers at once. RFC 3261 14.1 and 14.2, RFC 3311 5.2. */
function glare(dialog: DialogRecord, method: string, offer: boolean): 491 | 500 | undefined {
  const confirmed = dialog.dialog.state === 'confirmed';
  if (method !== 'INVITE' && !(method === 'UPDATE' && offer && confirmed)) return undefined;
  if (dialog.outgoing !== undefined) return 491;
  return dialog.incoming !== undefined ? 500 : undefined;
}

/**
 * The other side said BYE: what it still waits for is refused. A BYE of ours that crossed it is repeated until it is
 * answered, but the call is over without that. RFC 3261 15.1.2.
 */
function ended(core: Core, dialog: DialogRecord, bye: SipRequest): void {
  const { incoming } = dialog;
  dropDialog(core, dialog);
  if (dialog.bye !== undefined) core.uncount(dialog.bye);
  for (const each of dialog.afterAck.splice(0)) each();
  if (incoming !== undefined) reject(core, incoming, 487);
  const record = { stage: 'stop', source: 'network', cause: 'normal-release', message: bye } as const;
  core.emit({ type: 'record', record });
}
