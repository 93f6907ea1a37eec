import { type SipMessage, tagOf } from '../message/index.ts';
import type { DialogId } from './types.ts';

/** The dialog that a message from the network names; undefined without Call-ID. RFC 3261 12. */
export function idOfReceived(message: SipMessage): DialogId | undefined {
  const { headers } = message;
  const callId = headers.get('Call-ID');
  if (callId === undefined) return undefined;
  const from = tagOf(headers.get('From') ?? '') ?? '';
  const to = tagOf(headers.get('To') ?? '') ?? '';
  return message.kind === 'request'
    ? { callId, localTag: to, remoteTag: from }
    : { callId, localTag: from, remoteTag: to };
}

/** One text for a dialog, to be used as key of a map. Tags and Call-IDs hold no spaces. */
export function dialogKey(id: DialogId): string {
  return `${id.callId} ${id.localTag} ${id.remoteTag}`;
}
