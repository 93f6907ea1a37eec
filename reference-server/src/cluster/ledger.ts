/**
 * Keeps the sessions of this node in the directory, and holds their callbacks to it: none leaves before the other nodes can find what
 * it names, and none once another node speaks for the session. sessionCompleted becomes the session's last will before it leaves.
 */
import type { HttpTransactionId, SessionId } from '../session/ids.ts';
import type { Json } from '../session/json.ts';
import type { CallbackPort, CallbackRequest } from '../session/ports/callbacks.ts';
import type { BooksPort, SessionEntry } from '../session/ports/nodes.ts';
import type { Directory } from './directory.ts';
import type { Standing } from './standing.ts';
import { finalWill, willOf } from './will.ts';

interface LedgerOptions {
  readonly node: string;
  readonly directory: Pick<Directory, 'note' | 'over'>;
  readonly standing: Standing;
  readonly uuid: () => string;
}

export interface Ledger {
  readonly books: BooksPort;
  /** The port, with what leaves through it held until it may. */
  hold(port: CallbackPort): CallbackPort;
  /** Something could not be written: all has to be written anew. */
  stale(): boolean;
  /** Writes all that is on the books; resolves when each was tried. */
  renew(): Promise<void>;
  /** Others speak for these now: nothing of them leaves any more. Gives those of them that are on the books. */
  lose(sessions: readonly string[]): readonly SessionId[];
  /** Sessions on the books. */
  all(): readonly SessionId[];
}

interface Line {
  entry: SessionEntry;
  readonly transaction: HttpTransactionId;
  /** sessionCompleted, once it is due. */
  final: CallbackRequest | undefined;
  /** Ids that were written. */
  readonly ids: Set<string>;
  /** The last write, until it is done. */
  written: Promise<void> | undefined;
  /** The callback before this one, until it has left. */
  tail: Promise<void> | undefined;
  lost: boolean;
}

export function createLedger({ node, directory, standing, uuid }: LedgerOptions): Ledger {
  const lines = new Map<SessionId, Line>();
  let stale = false;

  const write = (line: Line, refused: () => Promise<void> | void): void => {
    const { entry, final, transaction, ids } = line;
    const next = new Set(entry.ids);
    const will: Json = final === undefined ? willOf(entry, transaction) : finalWill(final);
    const note = {
      session: entry.session,
      will,
      answered: entry.answered,
      add: [...next].filter((id) => !ids.has(id)),
      remove: [...ids].filter((id) => !next.has(id)),
    };
    for (const id of note.add) ids.add(id);
    for (const id of note.remove) ids.delete(id);
    const written = directory
      .note(node, note)
      .then((noted) => (noted ? undefined : refused()))
      .catch(() => {
        stale = true;
      })
      .then(() => {
        if (line.written === written) line.written = undefined;
      });
    line.written = written;
  };

  /** Not on the list: the directory lost us, or another node has taken over. */
  const refused = (): Promise<void> => standing.check();
  const refusedAgain = (): void => {
    stale = true;
  };

  const hold = async (line: Line, before: Promise<void> | undefined, leave: () => void): Promise<void> => {
    await before;
    // What is written meanwhile is not waited for: the callback does not name it.
    await line.written;
    // Again, for what is heard may have been said before this node stood still.
    for (let doubt = standing.doubt(); doubt !== undefined; doubt = standing.doubt()) await doubt;
    if (!line.lost && lines.get(line.entry.session) === line) leave();
  };

  return {
    books: {
      changed(entry) {
        const line = lines.get(entry.session);
        if (line === undefined) {
          const transaction = uuid() as HttpTransactionId;
          const fresh = {
            entry,
            transaction,
            final: undefined,
            ids: new Set<string>(),
            written: undefined,
            tail: undefined,
          };
          const made: Line = { ...fresh, lost: false };
          lines.set(entry.session, made);
          write(made, refused);
        } else if (!same(line.entry, entry)) {
          line.entry = entry;
          write(line, refused);
        }
      },
      over(session) {
        const line = lines.get(session);
        lines.delete(session);
        if (line === undefined || line.lost) return;
        directory.over(node, session, [...line.ids]).catch(() => {
          stale = true;
        });
      },
    },
    hold: (port) => ({
      send(request) {
        const line = request.session && lines.get(request.session);
        if (line === undefined) return port.send(request);
        if (request.name === 'sessionCompleted') {
          line.final = request;
          write(line, refused);
        }
        if (line.tail === undefined && line.written === undefined && standing.doubt() === undefined) {
          if (!line.lost) port.send(request);
          return;
        }
        const tail = hold(line, line.tail, () => port.send(request)).then(() => {
          if (line.tail === tail) line.tail = undefined;
        });
        line.tail = tail;
      },
      forget: (session) => port.forget(session),
    }),
    stale: () => stale,
    async renew() {
      stale = false;
      const kept = [...lines.values()].filter(({ lost }) => !lost);
      for (const line of kept) {
        line.ids.clear();
        // Whoever asks for it is the check itself.
        write(line, refusedAgain);
      }
      await Promise.all(kept.map(({ written }) => written));
    },
    lose: (sessions) =>
      sessions.flatMap((session) => {
        const line = lines.get(session as SessionId);
        if (line === undefined) return [];
        line.lost = true;
        return [line.entry.session];
      }),
    all: () => [...lines.keys()],
  };
}

const same = (one: SessionEntry, other: SessionEntry): boolean =>
  one.answered === other.answered &&
  one.last.body.sessionReferenceId === other.last.body.sessionReferenceId &&
  one.ids.length === other.ids.length &&
  one.ids.every((id, i) => id === other.ids[i]);
