/**
 * This node among the others: it beats, watches who does not, and finds out when it was taken for dead itself. Silence is measured
 * by this node's own clock between two looks of its own; a node that could not look for a while (it stood still, or the directory
 * was away) begins its watch anew, so that nobody is taken for dead because of it.
 */
import type { SessionId } from '../session/ids.ts';
import type { ClockPort, LogPort } from '../session/ports.ts';
import type { Beat, Directory, NodeEntry, Peer } from './directory.ts';
import type { Ledger } from './ledger.ts';
import type { Standing } from './standing.ts';

interface MembershipOptions {
  readonly directory: Pick<Directory, 'join' | 'beat' | 'claim' | 'leave'>;
  readonly clock: ClockPort;
  readonly log: LogPort;
  /** Silence of a node that is taken for death. */
  readonly deadMs: number;
  /** How long nobody renews what the directory forgets: tombstones included. */
  readonly keepMs: number;
  readonly ledger: () => Pick<Ledger, 'stale' | 'renew' | 'lose' | 'all'>;
  /** Ends these sessions without a word. */
  readonly abandon: (session: SessionId) => void;
  /** There are sessions of dead nodes to be reported by this one. */
  readonly orphaned: () => void;
}

export interface Membership extends Standing {
  /** Goes on the list and stays on it; resolves after the first attempt. */
  start(self: NodeEntry): Promise<void>;
  /** As last seen, also while the directory is away; without this node. */
  peers(): ReadonlyMap<string, NodeEntry>;
  /** Sessions that others took over because this node was silent. */
  lost(): number;
  /** Off the list. */
  stop(): Promise<void>;
}

/** Beats in the time after which silence is death. */
const beatsToDeath = 5;

export function createMembership(options: MembershipOptions): Membership {
  const { directory, clock, log, deadMs, keepMs } = options;
  const beatMs = deadMs / beatsToDeath;
  /** Well before the others can lose patience. */
  const leaseMs = deadMs / 2;
  let self: NodeEntry | undefined;
  let stopped = false;
  let cancel = (): void => {};
  let checking: Promise<void> | undefined;
  /** When the last beat that was heard was sent. */
  let heardAt = Number.NEGATIVE_INFINITY;
  /** When the directory last answered or refused to: a node that stood still did not even try. */
  let triedAt = Number.NEGATIVE_INFINITY;
  let away = true;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let lost = 0;
  let peers: ReadonlyMap<string, NodeEntry> = new Map();
  const watched = new Map<string, { beats: number; since: number }>();

  const rejoin = async (node: NodeEntry): Promise<void> => {
    const sentAt = clock.now();
    await directory.join(node);
    await options.ledger().renew();
    heardAt = sentAt;
  };

  const lose = (sessions: readonly string[]): void => {
    const gone = options.ledger().lose(sessions);
    lost += gone.length;
    log.error({ sessions: gone.length }, 'taken for dead: other nodes have ended these sessions, they are let go');
    for (const session of gone) options.abandon(session);
  };

  const heard = async (node: NodeEntry, beat: Beat, sentAt: number): Promise<void> => {
    switch (beat.state) {
      case 'alive':
        heardAt = sentAt;
        look(node, beat.peers);
        if (beat.orphans > 0) options.orphaned();
        return options.ledger().stale() ? rejoin(node) : undefined;
      case 'taken':
        lose(beat.sessions);
        return rejoin(node);
      case 'unknown':
        // Standing still for longer than tombstones stand is as good as having been told.
        if (sentAt - triedAt > keepMs && Number.isFinite(triedAt)) lose(options.ledger().all());
        return rejoin(node);
      default:
        return beat satisfies never;
    }
  };

  const look = (node: NodeEntry, seen: readonly Peer[]): void => {
    const now = clock.now();
    if (now - lookedAt > leaseMs) watched.clear();
    lookedAt = now;
    peers = new Map(seen.map(({ id, address }) => [id, { id, address }]));
    for (const id of watched.keys()) if (!peers.has(id)) watched.delete(id);
    for (const peer of seen) {
      const known = watched.get(peer.id);
      const silent = known?.beats === peer.beats;
      if (!silent) watched.set(peer.id, { beats: peer.beats, since: now });
      if (peer.left || (silent && now - known.since >= deadMs)) void claim(node, peer);
    }
  };

  const claim = async (node: NodeEntry, dead: Peer): Promise<void> => {
    const won = await directory.claim(dead.id, dead.beats, node.id).catch(() => false);
    if (!won) return;
    log.warn(
      { node: dead.id, address: dead.address, left: dead.left },
      'a node is gone: its sessions are reported here',
    );
    options.orphaned();
  };

  const ask = async (node: NodeEntry): Promise<void> => {
    const sentAt = clock.now();
    try {
      const beat = await directory.beat(node.id);
      if (away) log.info({ node: node.id }, 'on the list of nodes');
      away = false;
      await heard(node, beat, sentAt);
    } catch {
      // It was this node that stood still: what it did not hear may have been said.
      if (clock.now() - sentAt > leaseMs && !stopped) return ask(node);
      // Whoever cannot be asked takes over nothing; the adapter has told of it.
      away = true;
    }
    triedAt = clock.now();
  };

  const check = (): Promise<void> => {
    if (self === undefined || stopped) return Promise.resolve();
    checking ??= ask(self).finally(() => {
      checking = undefined;
    });
    return checking;
  };

  const next = (): void => {
    if (stopped) return;
    cancel = clock.after(beatMs, () => void check().then(next));
  };

  return {
    async start(node) {
      self = node;
      await check();
      next();
    },
    check,
    doubt: () => (self === undefined || away || clock.now() - heardAt <= leaseMs ? undefined : check()),
    peers: () => peers,
    lost: () => lost,
    async stop() {
      stopped = true;
      cancel();
      await checking;
      if (self !== undefined) await directory.leave(self.id).catch(() => undefined);
    },
  };
}
