/** Ids that the session layer gives away. */

import type { ConnectionId, ParticipantId, SessionId } from '../ids.ts';

/** What a replyId speaks for (D-REPLY). */
export interface ReplyClaims {
  readonly domain: string;
  readonly session: SessionId;
  readonly participant?: ParticipantId;
  readonly connection?: ConnectionId;
  /** Counts the getIvrCommand requests of the session; an interrupt with an older one is a 409. */
  readonly command?: number;
}

export interface IdPort {
  uuid(): string;
  /** Signed JWT, opaque to the application. */
  replyId(claims: ReplyClaims): string;
}
