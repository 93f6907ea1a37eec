import { dialogFromResponse } from '../dialog/index.ts';
import type { SipResponse } from '../message/index.ts';
import { sendCancel } from './cancel.ts';
import type { Core } from './core.ts';
import { tagOf } from './dialogs.ts';
import { addDialog, dropDialog, hangUp, natHop, sendAck } from './life.ts';
import type { ClientRecord, ClientUser, DialogRecord } from './records.ts';
import { learnSession } from './session-timer.ts';
import type { Path } from './types.ts';

/** A request that an application sent. */
export class UacRequest implements ClientUser {
  private readonly core: Core;
  private readonly early = new Set<DialogRecord>();

  constructor(core: Core) {
    this.core = core;
  }

  response(client: ClientRecord, response: SipResponse, from: Path, size: number): void {
    const invite = client.request.method === 'INVITE';
    if (invite && response.status < 200) {
      if (client.cancel !== undefined) sendCancel(this.core, client);
      if (response.status === 100 || client.done) return;
    }
    if (invite && response.status >= 200 && response.status < 300) this.success(client, response, from, size);
    else if (client.dialog !== undefined) this.inside(client, client.dialog, response, from, size);
    else if (invite && response.status < 200) this.progress(client, response, from, size);
    else this.outside(client, response, from, size);
  }

  ended(client: ClientRecord): void {
    for (const dialog of this.early) if (dialog.dialog.state === 'early') dropDialog(this.core, dialog);
    this.early.clear();
    if (client.dialog?.unacknowledged === client) client.dialog.unacknowledged = undefined;
    if (client.dialog?.outgoing === client) client.dialog.outgoing = undefined;
  }

  private give(
    client: ClientRecord,
    dialog: DialogRecord | undefined,
    response: SipResponse,
    from: Path,
    size: number,
  ) {
    const { id, owner } = client;
    if (owner === undefined) return;
    const key = dialog === undefined ? {} : { dialog: dialog.key };
    this.core.emit({ type: 'response', id, ...key, owner, response, from, size });
  }

  /** 101–199 to an INVITE: an early dialog for each branch. Reliable ones are passed on once and in order. RFC 3262 4. */
  private progress(client: ClientRecord, response: SipResponse, from: Path, size: number): void {
    const dialog = this.dialogOf(client, response, from);
    if (dialog?.reliable.accepts(response) === false) return;
    this.give(client, dialog, response, from, size);
    // RFC 6228 4: this branch has failed, others go on.
    if (response.status === 199 && dialog !== undefined && this.early.delete(dialog)) dropDialog(this.core, dialog);
  }

  private success(client: ClientRecord, response: SipResponse, from: Path, size: number): void {
    const { core } = this;
    const tag = tagOf(response.headers.get('To'));
    client.acks ??= new Map();
    if (client.acks.has(tag)) {
      const ack = client.acks.get(tag);
      if (ack !== undefined) core.send(ack.to, ack.bytes);
      return;
    }
    const first = client.acks.size === 0;
    client.acks.set(tag, undefined);
    const inside = tagOf(client.request.headers.get('To')) !== '';
    const dialog = inside ? client.dialog : this.dialogOf(client, response, from);
    if (dialog === undefined) {
      this.give(client, undefined, response, from, size);
      return;
    }
    dialog.dialog.receiveResponse(client.request, response);
    dialog.path = from;
    if (!first) {
      this.declineBranch(client, dialog, tag);
      return;
    }
    client.dialog = dialog;
    dialog.unacknowledged = client;
    dialog.outgoing = undefined;
    dialog.unwanted = client.cancel !== undefined && !inside;
    this.early.delete(dialog);
    for (const other of this.early) dropDialog(core, other);
    this.early.clear();
    learnSession(core, dialog, response);
    this.give(client, dialog, response, from, size);
    if (inside) return;
    core.emit({ type: 'record', record: { stage: 'start', source: 'network', role: 'uac', message: response } });
  }

  /** A forked INVITE was answered more than once: the others are acknowledged and ended. RFC 3261 13.2.2.4. */
  private declineBranch(client: ClientRecord, dialog: DialogRecord, tag: string): void {
    dialog.owner = undefined;
    sendAck(this.core, dialog, dialog.dialog.ack(client.request), {}, ({ bytes, to }) =>
      client.acks?.set(tag, { bytes, to }),
    );
    hangUp(this.core, dialog, 'SIP ;cause=200 ;text="Call completed elsewhere"');
  }

  /** The dialog that a response makes or belongs to. */
  private dialogOf(client: ClientRecord, response: SipResponse, from: Path): DialogRecord | undefined {
    const { core } = this;
    const known = core.dialogs.find(response);
    if (known !== undefined) return known;
    const made = dialogFromResponse(client.request, response);
    if (made === undefined) return undefined;
    const dialog = addDialog(core, {
      dialog: made,
      kind: client.request.method === 'INVITE' ? 'invite' : 'subscribe',
      owner: client.owner,
      path: from,
      hop: natHop(response, from),
      contact: client.request.headers.get('Contact') ?? '',
    });
    if (client.request.method === 'INVITE') {
      dialog.outgoing = client;
      const type = client.request.headers.get('Content-Type');
      if (type === 'application/sdp') dialog.body = { type, bytes: client.request.body };
      if (response.status < 200) this.early.add(dialog);
    }
    return dialog;
  }

  private inside(client: ClientRecord, dialog: DialogRecord, response: SipResponse, from: Path, size: number): void {
    const { core } = this;
    const { method } = client.request;
    const confirmed = dialog.dialog.state === 'confirmed';
    if (confirmed) dialog.dialog.receiveResponse(client.request, response);
    if (response.status >= 200) {
      if (dialog.outgoing === client) dialog.outgoing = undefined;
      if (method === 'UPDATE' && response.status < 300) learnSession(core, dialog, response);
      const challenged = response.status === 401 || response.status === 407;
      if (method === 'BYE' && !challenged) {
        dropDialog(core, dialog);
        core.emit({
          type: 'record',
          record: { stage: 'stop', source: 'application', cause: 'normal-release', message: client.request },
        });
      }
      if (method === 'NOTIFY' && dialog.kind === 'subscribe' && !challenged) {
        const state = client.request.headers.get('Subscription-State') ?? '';
        if (state.startsWith('terminated')) dropDialog(core, dialog);
      }
    }
    this.give(client, dialog, response, from, size);
    // RFC 3261 12.2.1.2: 408 and 481 end the dialog; the other side may not know, so it is told.
    if (
      confirmed &&
      method !== 'BYE' &&
      dialog.dialog.state === 'terminated' &&
      core.dialogs.get(dialog.key) === dialog
    ) {
      hangUp(core, dialog, `SIP ;cause=${response.status} ;text="Dialog lost"`);
    }
  }

  private outside(client: ClientRecord, response: SipResponse, from: Path, size: number): void {
    const { core } = this;
    if (client.request.method === 'INVITE') {
      for (const dialog of this.early) dropDialog(core, dialog);
      this.early.clear();
      const cause = response.status === 487 ? 'call-canceled' : 'call-rejected';
      core.emit({ type: 'record', record: { stage: 'stop', source: 'network', cause, message: response } });
    }
    const subscribed = client.request.method === 'SUBSCRIBE' && response.status >= 200 && response.status < 300;
    const dialog = subscribed ? this.dialogOf(client, response, from) : undefined;
    this.give(client, dialog, response, from, size);
  }
}
