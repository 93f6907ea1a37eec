import { type DialogId, dialogKey, idOfReceived } from '../dialog/index.ts';
import { tagOf as readTag, type SipMessage } from '../message/index.ts';
import type { DialogRecord } from './records.ts';
import type { DialogKey } from './types.ts';

/** Tag of From or To, '' without one. */
export function tagOf(value: string | undefined): string {
  return value === undefined ? '' : (readTag(value) ?? '');
}

/** All dialogs, by the tags on the wire and by their name towards the user. */
export class DialogTable {
  private readonly byTags = new Map<string, DialogRecord>();
  private readonly byName = new Map<DialogKey, DialogRecord>();

  get size(): number {
    return this.byName.size;
  }

  /** The dialog that a message from the network names. RFC 3261 12.2.2. */
  find(message: SipMessage): DialogRecord | undefined {
    const id = idOfReceived(message);
    return id === undefined ? undefined : this.byTags.get(dialogKey(id));
  }

  get(name: DialogKey): DialogRecord | undefined {
    return this.byName.get(name);
  }

  values(): IterableIterator<DialogRecord> {
    return this.byName.values();
  }

  /**
   * Name for a new dialog: Call-ID and the tag of the caller, as drachtio names them. Further branches of a forked INVITE,
   * and the other end of a call to ourselves, get a longer one.
   */
  nameFor(id: DialogId, side: 'uac' | 'uas'): DialogKey {
    const [caller, callee] = side === 'uac' ? [id.localTag, id.remoteTag] : [id.remoteTag, id.localTag];
    const short = `${id.callId};from-tag=${caller}`.replaceAll('|', '%7C') as DialogKey;
    if (!this.byName.has(short)) return short;
    const longer = `${short};to-tag=${callee}`.replaceAll('|', '%7C') as DialogKey;
    return this.byName.has(longer) ? (`${longer};${side}` as DialogKey) : longer;
  }

  add(record: DialogRecord): void {
    this.byTags.set(dialogKey(record.dialog.id), record);
    this.byName.set(record.key, record);
  }

  delete(record: DialogRecord): boolean {
    const tags = dialogKey(record.dialog.id);
    if (this.byTags.get(tags) === record) this.byTags.delete(tags);
    return this.byName.get(record.key) === record && this.byName.delete(record.key);
  }
}
