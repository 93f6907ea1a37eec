import { type Dialog, ReliableReceiver, type RequestParts } from '../dialog/index.ts';
import { type Headers, parseNameAddr, type SipRequest, splitList } from '../message/index.ts';
import { bare, isLiteral } from './address.ts';
import type { Core } from './core.ts';
import { type Outgoing, type Sent, sendBare, sendRequest } from './outbound.ts';
import type { ClientUser, DialogRecord } from './records.ts';
import type { OwnerId, Path } from './types.ts';

/** Takes no notice of what comes back. */
export const silent: ClientUser = { response: () => {} };

/**
 * Next hop instead of a Contact that differs from where the message came from: the other side is behind a NAT and does not
 * know its address. Only without Record-Route, because a proxy on the path reaches its client by itself.
 */
export function natHop(message: { headers: Headers }, from: Path): string | undefined {
  if (message.headers.has('Record-Route')) return undefined;
  const [contact] = splitList(message.headers.get('Contact') ?? '');
  const uri = contact === undefined ? undefined : parseNameAddr(contact)?.uri;
  if (uri === undefined || uri.scheme !== 'sip') return undefined;
  const host = bare(uri.host);
  if (!isLiteral(host) || host === from.address) return undefined;
  return `sip:${from.address.includes(':') ? `[${from.address}]` : from.address}:${from.port};transport=${from.protocol}`;
}

interface NewDialog {
  dialog: Dialog;
  kind: 'invite' | 'subscribe';
  owner: OwnerId | undefined;
  path: Path;
  hop: string | undefined;
  contact: string;
}

export function addDialog(core: Core, made: NewDialog): DialogRecord {
  const record: DialogRecord = {
    ...made,
    key: core.dialogs.nameFor(made.dialog.id, made.dialog.side),
    body: undefined,
    incoming: undefined,
    outgoing: undefined,
    bye: undefined,
    unacknowledged: undefined,
    answer: undefined,
    reliable: new ReliableReceiver(),
    session: undefined,
    afterAck: [],
    unwanted: false,
  };
  core.dialogs.add(record);
  return record;
}

/** Forgets a dialog and its timers; false when that was done before. */
export function dropDialog(core: Core, record: DialogRecord): boolean {
  record.session?.stop();
  record.session = undefined;
  stopAnswer(record);
  record.dialog.terminate();
  record.body = undefined;
  return core.dialogs.delete(record);
}

/** Ends the retransmission of a 2xx. */
export function stopAnswer(record: DialogRecord): void {
  record.answer?.repetition.stop();
  record.answer = undefined;
}

/** Sends a request inside a dialog, by the path the other side was last heard on when nothing else is prescribed. */
export function sendInDialog(
  core: Core,
  record: DialogRecord,
  request: SipRequest,
  rest: Omit<Outgoing, 'request' | 'dialog' | 'hop' | 'path'>,
): void {
  const hop = request.headers.has('Route') ? undefined : record.hop;
  sendRequest(core, { ...rest, request, dialog: record, hop, path: record.path });
}

/** Sends the ACK of a 2xx. RFC 3261 13.2.2.4. */
export function sendAck(
  core: Core,
  record: DialogRecord,
  request: SipRequest,
  rest: Pick<Outgoing, 'ref' | 'complete'> = {},
  then?: (sent: Sent) => void,
): void {
  const hop = request.headers.has('Route') ? undefined : record.hop;
  sendBare(core, { ...rest, request, hop, path: record.path }, then);
}

/** Ends a dialog from here and tells its owner, who did not ask for it. */
export function hangUp(core: Core, record: DialogRecord, reason: string): void {
  const { owner, key } = record;
  const request = record.dialog.request('BYE', { headers: [{ name: 'Reason', value: reason }] });
  dropDialog(core, record);
  sendInDialog(core, record, request, {
    user: silent,
    started: (client) => {
      if (owner === undefined) return;
      const size = core.bytesOf(client, client.request).byteLength;
      core.emit({ type: 'ended', dialog: key, owner, request: client.request, to: client.to, size });
      core.emit({
        type: 'record',
        record: {
          stage: 'stop',
          source: 'application',
          cause: reason.includes('expired')
            ? 'session-expired'
            : reason.includes('cancel')
              ? 'ackbye'
              : 'normal-release',
          message: client.request,
        },
      });
    },
  });
}

/** Headers of an application for a request inside a dialog: what the dialog itself decides is left out. */
export function partsFor(method: string, headers: Headers, body: Uint8Array, contact: string): RequestParts {
  const kept = headers.clone();
  for (const name of ['Via', 'Route', 'Record-Route', 'RSeq', 'Content-Length', 'From', 'To', 'Call-ID', 'CSeq']) {
    kept.delete(name);
  }
  const refreshes = method === 'INVITE' || method === 'UPDATE' || method === 'SUBSCRIBE' || method === 'REFER';
  const contactGiven = kept.has('Contact');
  const maxForwards = Number(kept.get('Max-Forwards') ?? 70);
  kept.delete('Max-Forwards');
  const contentType = kept.get('Content-Type');
  kept.delete('Content-Type');
  return {
    headers: kept,
    body,
    maxForwards,
    ...(contentType === undefined ? {} : { contentType }),
    ...(refreshes && !contactGiven ? { contact } : {}),
  };
}
