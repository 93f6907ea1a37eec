import type { HeaderField } from '../message/index.ts';

export type DialogState = 'early' | 'confirmed' | 'terminated';

/** Which side of the dialog is ours. */
export type DialogSide = 'uac' | 'uas';

/** RFC 3261 12. Call-ID, our tag and the other side's tag; a tag that RFC 2543 left out is ''. */
export interface DialogId {
  callId: string;
  localTag: string;
  remoteTag: string;
}

/** What a request inside a dialog adds to what the dialog knows. Via is not among it: the sender's transport adds it. */
export interface RequestParts {
  headers?: Iterable<HeaderField>;
  body?: Uint8Array;
  contentType?: string;
  /** Our Contact, for target refresh requests (INVITE, UPDATE, SUBSCRIBE, REFER). */
  contact?: string;
  /** Default 70. */
  maxForwards?: number;
}

/** Whether a request may go on to the application, and with what it is refused. */
export type Admission = { ok: true } | { ok: false; status: number };
