/** What the main thread knows of one endpoint. */

import type { Direction, Sdp } from '../sdp/index.ts';
import type { LegId, PlayJobId, RecordingId } from '../session/ids.ts';
import type { Codec } from '../session/ports/media.ts';
import type { PlayJob } from '../session/ports/phrase.ts';
import type { EndpointId, RecorderId, RemoteStream, ToThread } from './messages.ts';
import type { Local } from './negotiate.ts';

export interface Job {
  readonly job: PlayJob;
  /** Recordings of the job that are being stored; the job is over when they are. */
  readonly storing: Promise<StoreFailure | undefined>[];
  /** Record phrases of which the session wants to hear and has not heard yet. */
  readonly untold: Set<RecordingId>;
}

export interface StoreFailure {
  readonly phrase: number;
  readonly detail: string;
}

/** A recording as its legs know it. */
export interface Tap {
  readonly recorder: RecorderId;
  readonly thread: number;
  readonly left: Leg;
  readonly right: Leg;
}

export interface Leg {
  readonly id: LegId;
  readonly endpoint: EndpointId;
  readonly thread: number;
  readonly sessionId: string;
  readonly codecs: readonly Codec[];
  readonly offer: string | undefined;
  /** 0: the far end may be silent for ever. */
  readonly rtpTimeoutMs: number;
  port: number;
  /** Ports that were tried although they were somebody else's before. */
  retries: number;
  /** Our last description. */
  sdp: { readonly sdp: Sdp; readonly text?: string } | undefined;
  /** Our offer that waits for its answer. */
  offered: { readonly sdp: Sdp; readonly direction: Direction } | undefined;
  /** What we want of the stream: less than sendrecv after an offer of ours that holds. */
  direction: Direction;
  remote: RemoteStream | undefined;
  /** The far end has our description: the thread may know of it. */
  started: boolean;
  /** Where the far end's signalling comes from. */
  source: string | undefined;
  /** Messages that wait until the sockets are there. */
  waiting: ToThread[] | undefined;
  closed: boolean;
  readonly jobs: Map<PlayJobId, Job>;
  peer: Leg | undefined;
  /** Whom it hears besides, and who hears it so (`listen`). */
  listensTo: Set<Leg>;
  readonly monitors: Set<Leg>;
  /** Recordings that it is part of. */
  readonly taps: Set<Tap>;
  /** Counts the background prompts, so that one loaded too late does not play. */
  backgrounds: number;
}

/** What a leg is opened with. */
type Opening = 'id' | 'endpoint' | 'thread' | 'sessionId' | 'codecs' | 'offer' | 'rtpTimeoutMs' | 'started' | 'source';

/** A leg without a port, that hears nobody and whose sockets are not there yet. */
export function newLeg(opening: Pick<Leg, Opening>): Leg {
  return {
    ...opening,
    port: 0,
    retries: 0,
    sdp: undefined,
    offered: undefined,
    direction: 'sendrecv',
    remote: undefined,
    waiting: [],
    closed: false,
    jobs: new Map(),
    peer: undefined,
    listensTo: new Set(),
    monitors: new Set(),
    taps: new Set(),
    backgrounds: 0,
  };
}

export function localOf(leg: Leg, address: string): Local {
  const { port, sessionId, codecs, direction } = leg;
  return { address, port, sessionId, codecs, direction };
}
