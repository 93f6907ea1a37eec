/** Other nodes of the same service: what they have to know of the sessions here, and whom the sessions here find there. */

import type { ParticipantId, SessionId } from '../ids.ts';
import type { CallbackRequest } from './callbacks.ts';

/** A session as others have to know it: to find it, and to end it in the name of a node that cannot. */
export interface SessionEntry {
  readonly session: SessionId;
  /** Of its participants and connections. */
  readonly ids: readonly string[];
  readonly answered: boolean;
  /** The sessionCompleted that is due if the node dies now, but for who sends it and how long the session lasted (D-DONE). */
  readonly last: Pick<CallbackRequest, 'domain' | 'name' | 'instance' | 'baseUrl' | 'body'>;
}

/** Told what the sessions are, where somebody else wants to know. */
export interface BooksPort {
  /** After each step that changed it, before its commands and callbacks leave. */
  changed(entry: SessionEntry): void;
  /** Its sessionCompleted is delivered or given up. */
  over(session: SessionId): void;
}

/** How a participant is reached who waits somewhere else. */
export interface Elsewhere {
  /** SIP URI that is answered at once, in its name, once. */
  readonly uri: string;
  /** SIP user part of the participant. */
  readonly user: string;
}

/** Finds participants who are in no session here (D-ACTION, connect). */
export interface ElsewherePort {
  /** Calls back once; undefined: nobody of the domain waits under that id. */
  find(
    asked: { readonly domain: string; readonly participant: ParticipantId },
    found: (where: Elsewhere | undefined) => void,
  ): void;
}
