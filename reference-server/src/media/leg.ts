/** What the main thread knows of one endpoint. */

import type { Sdp } from '../sdp/index.ts';
import type { LegId, PlayJobId } from '../session/ids.ts';
import type { Codec, PlayJob } from '../session/ports.ts';
import type { EndpointId, RemoteStream, ToThread } from './messages.ts';
import type { Local } from './negotiate.ts';

export interface Job {
  readonly job: PlayJob;
  /** Recordings of the job that are being stored; the job is over when they are. */
  readonly storing: Promise<StoreFailure | undefined>[];
}

export interface StoreFailure {
  readonly phrase: number;
  readonly detail: string;
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
  /** Ports that were tried and belonged to somebody else. */
  attempts: number;
  /** Our last description. */
  sdp: { readonly sdp: Sdp; readonly text: string } | undefined;
  remote: RemoteStream | undefined;
  /** Messages that wait until the sockets are there. */
  waiting: ToThread[] | undefined;
  closed: boolean;
  readonly jobs: Map<PlayJobId, Job>;
  peer: Leg | undefined;
  /** Counts the background prompts, so that one loaded too late does not play. */
  backgrounds: number;
}

export function localOf(leg: Leg, address: string): Local {
  return { address, port: leg.port, sessionId: leg.sessionId, codecs: leg.codecs };
}
