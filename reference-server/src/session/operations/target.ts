/** What an operation speaks of (D-TARGET): every property that names something must name the same call. */
import { type CallConnection, callOf } from '../connection.ts';
import type { ConnectionId, ParticipantId, SessionId } from '../ids.ts';
import { text } from '../json.ts';
import type { Participant } from '../participant.ts';
import type { Operation } from '../ports/operation.ts';
import type { Session } from '../session.ts';
import { callGone, type Refusal, refuse } from './outcome.ts';

/** The session that an id of it, a participant or a connection belongs to. */
type Owner = (id: string) => SessionId | undefined;

/** The session meant, or why none is: 400 when nothing is named, 404 when it is gone or two are named. */
export const sessionOf = ({ body, claims }: Operation, owner: Owner): SessionId | Refusal => {
  const named = ['sessionId', 'participantId', 'connectionId'].flatMap((key) => text(body, key) ?? []);
  const sessions = new Set(named.map((id) => owner(id)));
  if (claims !== undefined) sessions.add(claims.session);
  const [session, ...others] = sessions;
  if (sessions.size === 0) return refuse(400, 'invalidBody', 'Nothing in the body says which call is meant.');
  return session === undefined || others.length > 0 ? callGone() : session;
};

/** The participant meant: the one named, the one the replyId speaks for, or the only one there is. */
export const participantOf = (session: Session, { body, claims }: Operation): Participant | Refusal => {
  const id = (text(body, 'participantId') ?? claims?.participant) as ParticipantId | undefined;
  const connection = text(body, 'connectionId') ?? claims?.connection;
  const [first, ...others] =
    connection === undefined ? everybody(session) : within(session, connection as ConnectionId);
  if (id === undefined && others.length > 0) {
    return refuse(409, 'wrongState', 'There are several participants: participantId says which one is meant.');
  }
  const participant = id === undefined ? first : session.participants.get(id);
  return participant === undefined || participant.state === 'cancelling'
    ? refuse(404, 'unknownParticipant', 'The participant is not in the call any more.')
    : participant;
};

const everybody = ({ participants }: Session): readonly Participant[] =>
  [...participants.values()].filter(({ role, state }) => role !== 'monitor' && state !== 'cancelling');

const within = (session: Session, id: ConnectionId): readonly Participant[] =>
  (session.connections.get(id)?.participants ?? []).flatMap((each) => session.participants.get(each) ?? []);

/** The connection of two parties meant, which both have answered (D-STATE). */
export const connectionOf = (session: Session, { body, claims }: Operation): CallConnection | Refusal => {
  const id = (text(body, 'connectionId') ?? claims?.connection) as ConnectionId | undefined;
  const [participant] = id === undefined && claims?.participant ? [claims.participant] : [];
  const connection = id === undefined ? participant && callOf(session, participant) : session.connections.get(id);
  if (id !== undefined && connection === undefined) return callGone();
  const joined = connection?.kind === 'call' && (connection.stage === 'greeting' || connection.stage === 'talking');
  return joined ? connection : refuse(409, 'wrongState', 'The connection does not join two parties.');
};
