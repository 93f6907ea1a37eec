/** What the books say of a session (see `BooksPort`). */
import { sessionCompletedBody } from './bodies.ts';
import type { SessionEntry } from './ports/nodes.ts';
import type { Session } from './session.ts';

/** Nothing that the books say has changed between the two. */
export const sameEntry = (one: Session, other: Session): boolean =>
  one.participants === other.participants &&
  one.connections === other.connections &&
  one.answeredAt === other.answeredAt &&
  one.reference === other.reference;

export const entryOf = (session: Session, node: string): SessionEntry => {
  const { id, domain, participants, connections, reference, answeredAt, instance, baseUrl } = session;
  // Its duration is not known before its end, which this node does not live to see.
  const ended: Session = { ...session, ending: { reason: 'error', at: answeredAt ?? 0 } };
  return {
    session: id,
    ids: [...participants.keys(), ...connections.keys()],
    answered: answeredAt !== undefined,
    last: {
      domain: domain.name,
      name: 'sessionCompleted',
      ...(instance !== undefined && { instance }),
      ...(baseUrl !== undefined && { baseUrl }),
      body: {
        ...sessionCompletedBody(ended, node),
        ...(reference !== undefined && { sessionReferenceId: reference }),
      },
    },
  };
};
