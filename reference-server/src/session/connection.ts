/** What joins the parties of a call. An IVR connection has one party; the service itself is the other. */
import type { ConnectionId, ParticipantId, PlayJobId } from './ids.ts';
import type { Participant } from './participant.ts';
import type { CallPlan, GreetingRound } from './plan.ts';
import type { Phrase } from './ports/phrase.ts';

interface IvrConnection {
  readonly id: ConnectionId;
  readonly kind: 'ivr';
  readonly participants: readonly [ParticipantId];
}

/** A party whose RTP goes to a device that the service only signals for (D-CUA, action httpcall). */
interface DeviceConnection {
  readonly id: ConnectionId;
  readonly kind: 'device';
  readonly participants: readonly [ParticipantId];
}

export interface PlayingJob {
  readonly id: PlayJobId;
  readonly participant: ParticipantId;
  /** What it plays; after a failure the phrases behind the bad one go on (D-PHRASEFAIL). */
  readonly phrases: readonly Phrase[];
}

export interface CallConnection {
  readonly id: ConnectionId;
  readonly kind: 'call';
  readonly participants: readonly [caller: ParticipantId, callee: ParticipantId];
  /** dialling: the callee has not answered. answering: the caller is being answered. Then both have (D-ANSWER). */
  readonly stage: 'dialling' | 'answering' | 'greeting' | 'talking';
  readonly plan: CallPlan;
  /** The callee rings and the caller was told, or will be when its media is there. */
  readonly ringing: boolean;
  /** The callee sends early media, which the caller is to hear. */
  readonly early: boolean;
  /** The two hear each other. */
  readonly joined: boolean;
  /** Ringing tone or greeting under way. */
  readonly jobs: readonly PlayingJob[];
  /** Rounds of the greeting that are still to come. */
  readonly rounds: readonly GreetingRound[];
  /** Recordings so far, for their names. */
  readonly recordings: number;
}

export type Connection = IvrConnection | CallConnection | DeviceConnection;

interface Joined {
  readonly connections: ReadonlyMap<ConnectionId, Connection>;
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
}

/** The connection of two parties that the participant is one of. */
export const callOf = ({ connections }: Pick<Joined, 'connections'>, id: ParticipantId): CallConnection | undefined => {
  for (const connection of connections.values()) {
    if (connection.kind === 'call' && connection.participants.includes(id)) return connection;
  }
  return undefined;
};

/** The party at the other side of a connection of two. */
export const counterpart = (session: Joined, id: ParticipantId): Participant | undefined => {
  const other = callOf(session, id)?.participants.find((each) => each !== id);
  return other && session.participants.get(other);
};
