/**
 * What the nodes of one service know of each other. Two adapters: Redis for several nodes, memory for tests of everything above.
 * One contract test holds both. No adapter compares the clocks of two machines: who is silent for how long each node finds out
 * with its own clock, from `beats`, and durations are measured by the directory's clock alone.
 */
import type { Json } from '../session/json.ts';

/** The directory could not be asked, or did not answer in time; whether it did what it was asked is not known. */
export class DirectoryUnavailable extends Error {
  constructor(cause: unknown) {
    super(`the directory of nodes cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`);
    this.name = 'DirectoryUnavailable';
  }
}

export interface NodeEntry {
  /** A UUID, new with each start. */
  readonly id: string;
  /** Where other nodes reach it, `http://192.0.2.1:8080`. */
  readonly address: string;
}

export interface Peer extends NodeEntry {
  /** Grows with every beat of the node: one that stays the same is the silence of that node. */
  readonly beats: number;
  /** It went in good order and left sessions behind: nobody has to wait. */
  readonly left: boolean;
}

export type Beat =
  | {
      readonly state: 'alive';
      /** All others that joined and are not taken over yet. */
      readonly peers: readonly Peer[];
      /** Sessions of dead nodes that this one still has to report. */
      readonly orphans: number;
    }
  /** Never joined, or the directory lost it. */
  | { readonly state: 'unknown' }
  /** Another node took it for dead and speaks for these sessions now. */
  | { readonly state: 'taken'; readonly sessions: readonly string[] };

/** A session on the books of its node. */
export interface SessionNote {
  readonly session: string;
  /** What is to be sent in the name of the node if it cannot do it itself. */
  readonly will: Json;
  /** The session has been answered; the first time it is said counts. */
  readonly answered: boolean;
  /** Ids of participants and connections that lead to the session from now on. */
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** A session of a dead node. */
export interface Orphan {
  readonly session: string;
  readonly will: Json;
  /** From the answer to the last sign of life of its node; 0 if it was never answered. */
  readonly milliseconds: number;
}

/** Every operation rejects with `DirectoryUnavailable` where the directory cannot be had. Those of one node take effect in order. */
export interface Directory {
  /** Puts the node on the list, with no session: what was there under its id is forgotten. */
  join(node: NodeEntry): Promise<void>;
  beat(node: string): Promise<Beat>;
  /** False: the node is not on the list (any more), and nothing was noted. */
  note(node: string, note: SessionNote): Promise<boolean>;
  /** The session is forgotten, and `ids`, as far as they still lead to it. */
  over(node: string, session: string, ids: readonly string[]): Promise<void>;
  /** The node that one of the ids (sessions, participants, connections) is of; undefined: none. The first id that is known counts. */
  find(ids: readonly string[]): Promise<NodeEntry | undefined>;
  /** A node by its id; undefined: not on the list. */
  node(id: string): Promise<NodeEntry | undefined>;
  /**
   * Makes the sessions of a node that is taken for dead orphans of `by`, with the orphans that it had itself. Of several that try,
   * one gets true. False as well when the node beat meanwhile, or is not there.
   * @param beats As last seen by who thinks it dead.
   */
  claim(dead: string, beats: number, by: string): Promise<boolean>;
  /** Those that `node` has to report, oldest claims included: also after it died and another claimed them. */
  orphans(node: string): Promise<readonly Orphan[]>;
  /** Reported: nobody has to do it again. */
  settled(node: string, session: string): Promise<void>;
  /** Off the list; where sessions or orphans are left, others may claim it at once. */
  leave(node: string): Promise<void>;
  /** Connected now; for metrics and logs. */
  up(): boolean;
  close(): Promise<void>;
}
