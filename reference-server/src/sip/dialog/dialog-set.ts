import { parseCSeq, type SipRequest, type SipResponse, tagOf } from '../message/index.ts';
import { type Dialog, dialogFromResponse } from './dialog.ts';
import { dialogKey, idOfReceived } from './identity.ts';

/** Where a request stands. */
export type RequestPlace =
  /** No To tag: it may make a dialog. */
  | { type: 'outside' }
  | { type: 'inside'; dialog: Dialog }
  /** It names a dialog that is not there: 481, or nothing for an ACK. RFC 3261 12.2.2. */
  | { type: 'unknown' };

/** Dialogs by their id. */
export class DialogTable {
  private readonly dialogs = new Map<string, Dialog>();

  get size(): number {
    return this.dialogs.size;
  }

  add(dialog: Dialog): void {
    this.dialogs.set(dialogKey(dialog.id), dialog);
  }

  delete(dialog: Dialog): void {
    this.dialogs.delete(dialogKey(dialog.id));
  }

  place(request: SipRequest): RequestPlace {
    if (tagOf(request.headers.get('To') ?? '') === undefined) return { type: 'outside' };
    const id = idOfReceived(request);
    const dialog = id === undefined ? undefined : this.dialogs.get(dialogKey(id));
    return dialog === undefined ? { type: 'unknown' } : { type: 'inside', dialog };
  }

  /** The dialog that a response belongs to. */
  ofResponse(response: SipResponse): Dialog | undefined {
    const id = idOfReceived(response);
    return id === undefined ? undefined : this.dialogs.get(dialogKey(id));
  }
}

/**
 * The dialogs of one INVITE that we sent: every To tag among its responses has its own, because proxies may have forked it.
 * RFC 3261 12.1.2, 13.2.2.
 */
export class InviteDialogs {
  private readonly invite: SipRequest;
  private readonly byTag = new Map<string, Dialog>();

  constructor(invite: SipRequest) {
    this.invite = invite;
  }

  get all(): Dialog[] {
    return [...this.byTag.values()];
  }

  /**
   * The dialog of a response to the INVITE, made or brought up to date; undefined when it has none (100, no tag, failure).
   * A failure ends all early dialogs (12.3), a 199 its own (RFC 6228 4).
   */
  receive(response: SipResponse): { dialog: Dialog; created: boolean } | undefined {
    if (response.status >= 300) {
      for (const dialog of this.byTag.values()) dialog.receiveResponse(this.invite, response);
      return undefined;
    }
    const tag = tagOf(response.headers.get('To') ?? '') ?? '';
    const known = this.byTag.get(tag);
    if (known !== undefined) {
      if (response.status === 199) known.terminate();
      else known.receiveResponse(this.invite, response);
      return { dialog: known, created: false };
    }
    const dialog = response.status === 199 ? undefined : dialogFromResponse(this.invite, response);
    if (dialog === undefined) return undefined;
    this.byTag.set(tag, dialog);
    return { dialog, created: true };
  }

  /** 64·T1 after the first 2xx: early dialogs that were not answered are over. RFC 3261 13.2.2.4. Gives those that ended. */
  settle(): Dialog[] {
    const early = this.all.filter((dialog) => dialog.state === 'early');
    for (const dialog of early) dialog.terminate();
    return early;
  }

  /** Whether a response answers this INVITE: same Call-ID, From tag and CSeq. */
  owns(response: SipResponse): boolean {
    const same = (name: string) => response.headers.get(name) === this.invite.headers.get(name);
    const seq = (headers: SipResponse['headers']) => parseCSeq(headers.get('CSeq') ?? '')?.seq;
    const tag = (headers: SipResponse['headers']) => tagOf(headers.get('From') ?? '');
    return (
      same('Call-ID') &&
      seq(response.headers) === seq(this.invite.headers) &&
      tag(response.headers) === tag(this.invite.headers)
    );
  }
}
