/** A connection of two parties while it is changed. */
import type { CallConnection } from '../connection.ts';
import type { ConnectionId, PlayJobId } from '../ids.ts';
import type { Participant } from '../participant.ts';
import type { Phrase } from '../ports/phrase.ts';
import { change, emit, type Turn } from '../turn.ts';

export const put = (turn: Turn, connection: CallConnection): CallConnection => {
  change(turn, { connections: new Map(turn.session.connections).set(connection.id, connection) });
  return connection;
};

export interface Parties {
  readonly caller: Participant;
  readonly callee: Participant;
}

/** Both parties as they are now. */
export const partiesOf = (turn: Turn, { participants: [one, two] }: CallConnection): Parties | undefined => {
  const caller = turn.session.participants.get(one);
  const callee = turn.session.participants.get(two);
  return caller && callee && { caller, callee };
};

/** The connection as it is now, when it is still there. */
export const current = (turn: Turn, id: ConnectionId): CallConnection | undefined => {
  const connection = turn.session.connections.get(id);
  return connection?.kind === 'call' ? connection : undefined;
};

/** Plays to one party; the end of it is an event of the connection. */
export const play = (
  turn: Turn,
  connection: CallConnection,
  { id: participant, leg }: Participant,
  phrases: readonly Phrase[],
  repeat = false,
): CallConnection => {
  const id = turn.world.ids.uuid() as PlayJobId;
  const job = { id, domain: turn.session.domain.name, phrases, ...(repeat && { repeat }) };
  emit(turn, { type: 'media.play', leg, job });
  return put(turn, { ...connection, jobs: [...connection.jobs, { id, participant, phrases }] });
};

/** Both hear each other. */
export const join = (turn: Turn, connection: CallConnection, caller: Participant, callee: Participant) => {
  if (connection.joined) return;
  put(turn, { ...connection, joined: true });
  emit(turn, { type: 'media.join', legs: [caller.leg, callee.leg] });
};

/** Ends whatever plays. */
export const silence = (turn: Turn, connection: CallConnection): CallConnection => {
  for (const { id, participant } of connection.jobs) {
    const leg = turn.session.participants.get(participant)?.leg;
    if (leg !== undefined) emit(turn, { type: 'media.stop', leg, job: id, what: 'all' });
  }
  return put(turn, { ...connection, jobs: [] });
};
