import type { SipDetail } from '../../harness/timeline.ts';
import { RanOut } from '../ran-out.ts';
import { SuiteFault } from '../suite-fault.ts';

/** A scenario: a file, or the XML itself. */
export type SippSource = { readonly file: string } | { readonly xml: string };

/** One call leg. */
export interface SippStart {
  readonly scenario: SippSource;
  readonly role: 'uac' | 'uas';
  /** Lane of the ladder, and name of the leg in messages. */
  readonly name: string;
  /** Where a UAC sends; `host:port`. */
  readonly remote?: { readonly host: string; readonly port: number };
  /** Local SIP address. Port: a free one. */
  readonly local: { readonly host: string; readonly port?: number };
  readonly transport?: 'udp' | 'tcp';
  /** `[media_ip]` and `[media_port]`. */
  readonly media?: { readonly host: string; readonly port: number };
  /** Values of `[name]` keywords of the scenario. */
  readonly vars?: Readonly<Record<string, string>>;
  /** User part of the Request-URI (`[service]`). */
  readonly service?: string;
  /** Default 1. */
  readonly calls?: number;
  /** Calls that begin in a second. Default 1000. */
  readonly rate?: number;
  /** Calls that are open at the same time. Default: all. */
  readonly atOnce?: number;
  /** False: no message log, so that `messages` stays empty and nothing can be waited for. Default true. */
  readonly logged?: boolean;
  readonly timeoutMs: number;
  /** Where the leg leaves its files, below the runner's directory. Default: a place of its own there. */
  readonly directory?: string;
  /** Called for each message as soon as it is read from the log. */
  readonly onMessage?: (message: SippMessage) => void;
}

/** A message of SIPp's log. `at` is wall-clock milliseconds since 1970, as SIPp stamped it. */
export interface SippMessage extends SipDetail {
  readonly at: number;
  readonly direction: 'sent' | 'received';
}

/** Counters of SIPp's statistics file. */
export interface SippCounters {
  readonly created: number;
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  readonly unexpected: number;
  readonly outOfCall: number;
}

/** How a leg ended. `ok`: every call was successful by the counters; `problem` says in a sentence why not. */
export interface SippResult {
  readonly ok: boolean;
  readonly problem: string;
  /** SIPp or the suite is to blame for the problem, not whoever it talked to. */
  readonly suiteFault: boolean;
  /** It was waited so long for the end of the leg, in vain, ms. */
  readonly ranOutMs?: number;
  readonly counters: SippCounters;
  readonly messages: readonly SippMessage[];
  readonly errors: readonly string[];
  /** Files SIPp left: message log, error log, scenario. */
  readonly directory: string;
}

export interface SippHandle {
  readonly name: string;
  readonly port: number;
  /** A UAS is bound; a UAC has sent its first message. */
  readonly ready: Promise<void>;
  /** Never rejects; `ok` tells. */
  readonly done: Promise<SippResult>;
  /** Messages seen so far. */
  messages(): readonly SippMessage[];
  /** Resolves with the first message, past or future, that fits; rejects when the leg ends without it, or after the limit. */
  waitFor(what: string, fits: (m: SippMessage) => boolean, timeoutMs: number): Promise<SippMessage>;
  /**
   * Lets a scenario go on that waits for the suite (`waitForSignal` and `hold` of the builder), as soon as it stands there.
   * Resolves when it has gone on, or is over; rejects when no step of the scenario waits.
   */
  signal(): Promise<void>;
  /** Ends the process; `done` then tells what was counted until then. */
  stop(): Promise<void>;
  /** Takes the process away as a crash does: it says goodbye to nobody. */
  kill(): Promise<void>;
}

/** Where SIPp runs. */
export interface SippRunner {
  readonly kind: 'local' | 'docker';
  start(options: SippStart): Promise<SippHandle>;
  close(): Promise<void>;
}

/** SIPp or the container engine is not there; the message says what to do. */
export class SippUnavailable extends SuiteFault {
  override readonly name = 'SippUnavailable';
}

/** Why a leg is not well, as an error of the right kind. */
export const errorOf = ({ suiteFault, problem, ranOutMs }: SippResult, before = ''): Error => {
  if (suiteFault) return new SuiteFault(before + problem);
  return ranOutMs === undefined ? new Error(before + problem) : new RanOut(before + problem, ranOutMs);
};
