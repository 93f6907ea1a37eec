/** What is judged: where it is, how one authenticates, what it claims. The shape of a *target file* after validation. */

import type { ContainerFile, ContainerSpec } from './container/types.ts';

/** Credentials of the REST API (D-AUTH). */
export type Credentials =
  | {
      readonly kind: 'hs256';
      readonly secret: string;
      /** Claims of the token; `${domain}` is replaced. Default `{ domain }`. */
      readonly claims?: Readonly<Record<string, unknown>>;
      /** Seconds until expiry. Default 3600. */
      readonly lifetime?: number;
    }
  | { readonly kind: 'bearer'; readonly token: string };

/** Another tenant of the target, for what one domain cannot show. */
export interface Tenant {
  readonly domain: string;
  readonly credentials?: Credentials;
  readonly numbers?: NumberRange;
  /** UDP port on `suite.host` to which the emergency fallback of this tenant calls (D-FALLBACK). */
  readonly fallbackPort?: number;
}

/** Called numbers that reach the target's IVR: `prefix` followed by `first`…`last`, padded to the length of `last`. */
export interface NumberRange {
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
}

/** Known limits and waits, all in milliseconds unless named otherwise. */
export interface Timers {
  /** How long the target waits for the answer to a callback. */
  readonly callbackTimeoutMs: number;
  /** Tolerance for the D-DTMF timers. */
  readonly dtmfGraceMs: number;
  /** Nothing may come from the target for this long after a scenario. */
  readonly quietMs: number;
  /** How long a scenario waits for the next thing to happen. */
  readonly stepMs: number;
}

/** A process that is the target. Placeholders: `${name}` of `addresses`, and `${port:name}` for a free port. */
interface TargetCommand {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Answers with 2xx; where `any` says so, at all. */
  readonly ready: { readonly url: string; readonly timeoutMs: number; readonly any?: boolean };
  /** Grace between SIGTERM and SIGKILL to the process group. */
  readonly stopMs: number;
}

/** A Prometheus page, and which of its names mean what. */
export interface MetricsPage {
  readonly url: string;
  /** Gauges of what calls use: 0 within `withinMs` of the end of the last call. */
  readonly atRest: readonly string[];
  /** Default 33 000: a SIP transaction may live for 64·T1 (RFC 3261 17). */
  readonly withinMs?: number;
  /**
   * Gauges of what outlives a call on purpose, connections kept alive and transactions that absorb retransmissions: 0 within
   * so many ms of the end of the last call.
   */
  readonly settling?: Readonly<Record<string, number>>;
  /** Counters of the calls that began and of the sessions that ended, where there are such. */
  readonly began?: string;
  readonly ended?: string;
}

/** A target file, validated and with defaults. JSON. */
export interface Target {
  readonly name: string;
  readonly description?: string;
  /** Operations are at `{baseUrl}/{domain}/{operation}`. */
  readonly rest: { readonly baseUrl: string };
  readonly domain: string;
  readonly credentials: Credentials;
  readonly sip: { readonly host: string; readonly port: number; readonly transport: 'udp' | 'tcp' };
  /** The target calls `{baseUrl}/{callback}`; the suite listens there. `alarmUrl` must be on the same host and port. */
  readonly callbacks: { readonly baseUrl: string; readonly alarmUrl: string };
  readonly numbers: NumberRange;
  /** Address at which the target reaches the suite's SIPp and RTP probes. */
  readonly suite: { readonly host: string };
  /**
   * By role: `foreign` (a domain that our token is not for), `byNumber` (its numbers lead to its domain, whatever the
   * host), `identifier` (D-ENTRY getCallIdentifier), `shortSession`
   * (sessions end after 2 s or so), `silent` (calls without RTP end after 2 s or so), `unreachable` (its application
   * cannot be connected to; alarms can), `cloudUa` (its numbers are Cloud UA users of the main domain), `shortRing` (its
   * numbers are Cloud UA users who ring for 2 s or so), `fallbackAlways` and `fallbackOnError` (with a `fallbackPort`).
   */
  readonly tenants: Readonly<Record<string, Tenant>>;
  /** The `siteId` of the main domain's callbacks; needed where `hybrid` is claimed. */
  readonly siteId?: string;
  /** Another service instance of the main domain (D-MSID); needed where `multi-service` is claimed. `baseUrl` as in `callbacks`. */
  readonly mediaservice?: { readonly id: string; readonly baseUrl: string };
  /** What the main domain has for calls to `suite.host` that are challenged; needed where `digest-auth` is claimed. */
  readonly sipCredentials?: { readonly realm: string; readonly username: string; readonly password: string };
  /** Texts and digits that nobody else should see: they are taken out of all evidence. */
  readonly redact?: readonly string[];
  readonly capabilities: readonly string[];
  readonly timers: Timers;
  /** Needed where `metrics` is claimed. */
  readonly metrics?: MetricsPage;
  readonly command?: TargetCommand;
  readonly container?: ContainerSpec;
}

/** What stands in the YAML file: everything with a default may be left out. */
export type TargetFile = Omit<Target, 'tenants' | 'capabilities' | 'timers' | 'command' | 'container' | 'callbacks'> & {
  /** True: the file stands for the embedded server (`whichTarget`), and is not read on. */
  readonly embedded?: boolean;
  readonly callbacks: { readonly baseUrl: string; readonly alarmUrl?: string };
  readonly tenants?: Target['tenants'];
  readonly capabilities?: readonly string[];
  readonly timers?: Partial<Timers>;
  readonly command?: Pick<TargetCommand, 'argv'> &
    Partial<Omit<TargetCommand, 'argv' | 'ready'>> & {
      readonly ready?: { readonly url?: string; readonly timeoutMs?: number };
    };
  readonly container?: ContainerFile;
};

/** A target that answers. `logs` is empty for one that the suite did not start. */
export interface RunningTarget {
  readonly target: Target;
  /** The last lines that the process wrote. */
  logs(): readonly string[];
  /** Of the process that was started; it leads a group of its own. Absent: none was, or it runs in a container. */
  readonly pid?: number;
  /** Resolves with a sentence when the process ends by itself. */
  readonly died: Promise<string>;
  /** Everything that it writes is kept there when it is stopped. Absent: nothing can be told of it. */
  keepLogs?(directory: string): void;
  stop(): Promise<void>;
}

/** One sentence for the terminal; the CLI prints it and exits with 2. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  /** The last lines that the target's process wrote, when it was started and did not get ready. */
  readonly log: readonly string[];

  constructor(message: string, log: readonly string[] = []) {
    super(message);
    this.log = log;
  }
}
