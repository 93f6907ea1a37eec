/** The directory in one process: nodes that share a `MemoryBooks` find each other. */
import type { Json } from '../session/json.ts';
import { type Beat, type Directory, DirectoryUnavailable, type NodeEntry, type Orphan } from './directory.ts';

interface Page extends NodeEntry {
  beats: number;
  /** Time of the last beat. */
  at: number;
  left: boolean;
  readonly sessions: Map<string, { will: Json; answeredAt: number | undefined }>;
  /** Session by id. */
  readonly ids: Map<string, string>;
}

export interface MemoryBooks {
  readonly pages: Map<string, Page>;
  readonly orphans: Map<string, Map<string, Orphan>>;
  readonly taken: Map<string, readonly string[]>;
  /** Milliseconds of the directory's own clock. */
  readonly now: () => number;
}

export const createMemoryBooks = (now: () => number): MemoryBooks => ({
  pages: new Map(),
  orphans: new Map(),
  taken: new Map(),
  now,
});

export interface MemoryDirectory extends Directory {
  /** False: as if the network to it were cut. */
  reachable: boolean;
}

export function createMemoryDirectory(books: MemoryBooks): MemoryDirectory {
  const { pages, orphans, taken, now } = books;
  const orphansOf = (node: string): Map<string, Orphan> => {
    const own = orphans.get(node) ?? new Map<string, Orphan>();
    orphans.set(node, own);
    return own;
  };
  /** Async, so that what cannot be had rejects and never throws. */
  const ask = async <T>(work: () => T): Promise<T> => {
    if (!directory.reachable) throw new DirectoryUnavailable('cut off');
    return work();
  };
  const entry = ({ id, address }: NodeEntry): NodeEntry => ({ id, address });

  const beat = (node: string): Beat => {
    const page = pages.get(node);
    if (page === undefined) {
      const sessions = taken.get(node);
      return sessions === undefined ? { state: 'unknown' } : { state: 'taken', sessions };
    }
    page.beats += 1;
    page.at = now();
    const peers = [...pages.values()].filter(({ id }) => id !== node);
    return {
      state: 'alive',
      peers: peers.map(({ id, address, beats, left }) => ({ id, address, beats, left })),
      orphans: orphans.get(node)?.size ?? 0,
    };
  };

  const claim = (dead: string, beats: number, by: string): boolean => {
    const page = pages.get(dead);
    if (page === undefined || page.beats !== beats || !pages.has(by)) return false;
    const own = orphansOf(by);
    for (const [session, { will, answeredAt }] of page.sessions) {
      const milliseconds = answeredAt === undefined ? 0 : Math.max(0, page.at - answeredAt);
      own.set(session, { session, will, milliseconds });
    }
    for (const [session, orphan] of orphans.get(dead) ?? []) own.set(session, orphan);
    taken.set(dead, [...page.sessions.keys()]);
    orphans.delete(dead);
    pages.delete(dead);
    return true;
  };

  const directory: MemoryDirectory = {
    reachable: true,
    join: (node) =>
      ask(() => {
        taken.delete(node.id);
        pages.set(node.id, { ...entry(node), beats: 1, at: now(), left: false, sessions: new Map(), ids: new Map() });
      }),
    beat: (node) => ask(() => beat(node)),
    note: (node, { session, will, answered, add, remove }) =>
      ask(() => {
        const page = pages.get(node);
        if (page === undefined) return false;
        const answeredAt = page.sessions.get(session)?.answeredAt ?? (answered ? now() : undefined);
        page.sessions.set(session, { will, answeredAt });
        for (const id of remove) if (page.ids.get(id) === session) page.ids.delete(id);
        for (const id of add) page.ids.set(id, session);
        return true;
      }),
    over: (node, session, ids) =>
      ask(() => {
        const page = pages.get(node);
        page?.sessions.delete(session);
        for (const id of ids) if (page?.ids.get(id) === session) page.ids.delete(id);
      }),
    find: (ids) =>
      ask(() => {
        const known = ids.flatMap(
          (id) => [...pages.values()].find(({ sessions, ids: own }) => sessions.has(id) || own.has(id)) ?? [],
        );
        return known[0] && entry(known[0]);
      }),
    node: (id) =>
      ask(() => {
        const page = pages.get(id);
        return page && entry(page);
      }),
    claim: (dead, beats, by) => ask(() => claim(dead, beats, by)),
    orphans: (node) => ask(() => [...(orphans.get(node)?.values() ?? [])]),
    settled: (node, session) => ask(() => void orphans.get(node)?.delete(session)),
    leave: (node) =>
      ask(() => {
        const page = pages.get(node);
        if (page === undefined) return;
        if (page.sessions.size > 0 || (orphans.get(node)?.size ?? 0) > 0) page.left = true;
        else pages.delete(node);
      }),
    up: () => directory.reachable,
    close: async () => {},
  };
  return directory;
}
