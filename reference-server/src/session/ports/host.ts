/** What the session layer is for those outside. */

import type { ParticipantId, SessionId } from '../ids.ts';
import type { CallbackEvent } from './callbacks.ts';
import type { MediaEvent } from './media-event.ts';
import type { Operation, OperationOutcome } from './operation.ts';
import type { InboundCall, SipEvent } from './sip.ts';

/** The door of the session layer, used by signalling, media, callbacks and api. `main.ts` hands it to them. */
export interface SessionHost {
  /** Events of SIP, media and callbacks; `session` where the source knows it, else found by leg or token. */
  dispatch(event: SipEvent | MediaEvent | CallbackEvent): void;
  operate(operation: Operation): OperationOutcome;
  /** Who waits here under that id; undefined: nobody of the domain. */
  waiting(domain: string, participant: ParticipantId): { readonly user: string } | undefined;
  /**
   * Opens a session of this id for a call of another node's to a participant who waits here. Its first question is newCall, whatever
   * the domain's settings say, and no operation finds it: the call that counts is the other node's.
   */
  relay(session: SessionId, domain: string, call: InboundCall): void;
  /** Lets every leg of the session go, without another callback: somebody else has told its end. */
  abandon(session: SessionId): void;
  /** Sessions, participants, connections and timers alive. */
  stats(): { readonly sessions: number; readonly legs: number; readonly connections: number; readonly timers: number };
  /** From now on inbound calls get 503 and placeivrcall 503; resolves when the last session is over. */
  drain(): Promise<void>;
}
