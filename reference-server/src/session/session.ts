/** A session as data. The reducer replaces it with every event and never changes one in place. */
import type { Connection } from './connection.ts';
import type { ConnectionId, ParticipantId, RecordingId, SessionId, TraceId } from './ids.ts';
import type { Json } from './json.ts';
import type { Outbox } from './outbox.ts';
import { emptyOutbox } from './outbox.ts';
import type { Participant } from './participant.ts';
import type { DomainSettings } from './ports/domains.ts';
import type { InboundCall } from './ports/sip.ts';
import type { EndReason } from './reason.ts';

export type { EndReason } from './reason.ts';

/** One recording of a connection, from its start until it is told (D-DONE). */
export interface Recording {
  readonly connection: ConnectionId;
  readonly fileName: string;
  readonly stopping: boolean;
  /** What a record phrase of the IVR keeps, and not a conversation (D-REC). */
  readonly phrase?: ParticipantId;
}

export interface Session {
  readonly id: SessionId;
  readonly domain: DomainSettings;
  /** The domain's service instance that the session belongs to; undefined is the default (D-MSID). */
  readonly instance: string | undefined;
  readonly traceId: TraceId;
  /** A call of the Cloud UA: signalling only (D-CUA). */
  readonly cloudUa: boolean;
  /** Only passes on what another node's session does with a participant (see `SessionHost.relay`). */
  readonly relays: boolean;
  /** Where its callbacks go instead of the instance's base URL (D-CUADEFAULT). */
  readonly baseUrl: string | undefined;
  /** `sessionReferenceId` as the application gave it last; undefined: none (D-TYPE). */
  readonly reference: Json | undefined;
  /** The call that opened the session, when it came from outside. */
  readonly inbound: InboundCall | undefined;
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  readonly connections: ReadonlyMap<ConnectionId, Connection>;
  readonly recordings: ReadonlyMap<RecordingId, Recording>;
  readonly outbox: Outbox;
  /** Monotonic milliseconds of the first answer. */
  readonly answeredAt: number | undefined;
  /** Set once: the first cause of the end is the one that is told. */
  readonly ending: { readonly reason: EndReason; readonly at: number } | undefined;
  /** sessionCompleted is delivered or given up: nothing may follow. */
  readonly over: boolean;
}

export const newSession = (given: Pick<Session, 'id' | 'domain' | 'traceId'> & Partial<Session>): Session => ({
  instance: undefined,
  cloudUa: false,
  relays: false,
  baseUrl: undefined,
  reference: undefined,
  inbound: undefined,
  participants: new Map(),
  connections: new Map(),
  recordings: new Map(),
  outbox: emptyOutbox,
  answeredAt: undefined,
  ending: undefined,
  over: false,
  ...given,
});
