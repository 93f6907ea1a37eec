/** What joins the parties of a call. An IVR connection has one party; the service itself is the other. */
import type { ConnectionId, ParticipantId } from './ids.ts';

export interface Connection {
  readonly id: ConnectionId;
  readonly kind: 'ivr';
  readonly participants: readonly ParticipantId[];
}
