/**
 * What scenarios are written against, and what a run leaves behind for the report.
 * Timeline shapes are in `timeline.ts`, because the drivers use them too.
 */
import type { Outside } from '../drivers/outside/types.ts';
import type { Exchange, PrismTap } from '../drivers/prism-proxy/types.ts';
import type { RestClient } from '../drivers/rest/types.ts';
import type { ProbeHost, RtpProbe } from '../drivers/rtp-probe/types.ts';
import type { SippHandle, SippRunner, SippSource } from '../drivers/sipp/types.ts';
import type { CallbackExpectation, WebhookSink } from '../drivers/webhook-sink/types.ts';
import type { Target } from '../target/types.ts';
import type { Lag } from './lag.ts';
import type { Surroundings } from './starvation/excuse.ts';
import type { Holds } from './starvation/holds.ts';
import type { Recorder, RunClock, TimelineEntry } from './timeline.ts';

/** Verdicts of the design, in the words the report shows. */
export type Verdict = 'pass' | 'fail' | 'warning' | 'not-applicable' | 'untestable' | 'inconclusive' | 'harness-error';

/** What a scenario says about itself. `id` is stable: baselines and links refer to it. */
export interface ScenarioMeta {
  /** `area/name-in-kebab-case`, unique in the suite. */
  readonly id: string;
  /** A sentence of what is shown, as the report prints it. */
  readonly title: string;
  readonly area: string;
  /** Slugs of the catalogue; a slug that the catalogue does not have is a harness error. */
  readonly requirements: readonly string[];
  /** A capability that the target must claim; otherwise the verdict is not-applicable. */
  readonly capability?: string;
  /** A role of `tenants` that the target file must describe; otherwise the verdict is not-applicable. */
  readonly tenant?: string;
  /** Runs when all others are over, with nothing beside it; belongs into a file `*.alone.test`, which is run last. */
  readonly alone?: boolean;
  /** What must have been seen for a pass not to be vacuous. */
  readonly needs: ScenarioNeeds;
  /** Longest run of the scenario without the quiet period. Default 30 000. */
  readonly timeoutMs?: number;
  /** From so much lateness of the suite on, ms, what comes may be another value. Default: by area, see starvation/bears. */
  readonly bearsMs?: number;
}

/** `true`: at least one must have been observed, otherwise a pass is vacuous and becomes a harness error. */
interface ScenarioNeeds {
  /** A SIP dialog that was established, or an INVITE that got a final response. */
  readonly call?: boolean;
  /** RTP from the target. */
  readonly rtp?: boolean;
  /** A callback from the target. */
  readonly webhook?: boolean;
  /** An answer of the target's REST API. */
  readonly rest?: boolean;
}

/** Counted while the scenario ran: what the vacuity gate adds up. */
export interface Observed {
  readonly calls: number;
  readonly sipMessages: number;
  readonly rtpPacketsReceived: number;
  readonly rtpPacketsSent: number;
  readonly callbacks: number;
  readonly restExchanges: number;
}

/** Why a verdict is not `pass`, in one sentence, with the requirement when one is to blame. */
export interface Reason {
  readonly requirement?: string;
  /** Where no single one is to blame: those of the scenario that were still to be shown, or all when none was. */
  readonly requirements?: readonly string[];
  readonly text: string;
}

/** A file kept beside the report: path relative to the evidence directory. */
export interface Artifact {
  readonly name: string;
  readonly path: string;
  readonly mediaType: string;
}

/** An attempt that was inconclusive, so that the scenario was asked again; times on the run's clock, ms. */
export interface Attempt {
  readonly reasons: readonly Reason[];
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What one scenario leaves in `task.meta.scenario` of vitest. Serialisable as JSON. */
export interface ScenarioOutcome {
  readonly meta: ScenarioMeta;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** Requirements with an expectation that held, that failed, and of level should that failed. */
  readonly shown: readonly string[];
  readonly broken: readonly string[];
  readonly warned: readonly string[];
  readonly observed: Observed;
  readonly timeline: readonly TimelineEntry[];
  readonly artifacts: readonly Artifact[];
  /** Start and end on the run's clock, ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Attempts before this one, each of them inconclusive. Absent: it is the first. */
  readonly earlier?: readonly Attempt[];
}

declare module 'vitest' {
  interface TaskMeta {
    scenario?: ScenarioOutcome;
  }
  interface ProvidedContext {
    harness: HarnessSettings;
  }
}

/** Given to the vitest worker through `provide('harness', …)`: JSON only. */
export interface HarnessSettings {
  readonly target: Target;
  /** `local`: SIPp as a process; `docker`: SIPp in a container with the host's network. */
  readonly runner: 'local' | 'docker';
  /** What a local SIPp gets of our environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Wall-clock time (ms since 1970) that is zero of every timeline. */
  readonly epoch: number;
  /** Absolute directory for audio, SIPp logs and the like. Absent: nothing is kept. */
  readonly evidenceDir?: string;
  /** Absolute evidence directory of a run that is judged again: nothing is driven, its records take the drivers' place. */
  readonly replay?: string;
  /** Slugs of the catalogue; a scenario that names another one is a harness error. Absent: not checked. */
  readonly requirements?: readonly string[];
  /**
   * Slugs on which the target is judged; what is expected for others is written down and fails nobody, so that an
   * implementation can be held to the API document alone. Absent: all.
   */
  readonly judged?: readonly string[];
}

/** Something the run showed that belongs to no scenario: a callback that nobody claimed, a starved event loop. */
export interface RunFinding {
  readonly kind: 'unclaimed-callback' | 'broken-callback' | 'starved' | 'leftover';
  readonly at: number;
  readonly text: string;
  readonly entry?: TimelineEntry;
}

/** The one set of drivers that all scenarios of a run share. Lives in the vitest worker. */
export interface Harness {
  readonly settings: HarnessSettings;
  readonly target: Target;
  readonly clock: RunClock;
  readonly sipp: SippRunner;
  readonly probes: ProbeHost;
  readonly sink: WebhookSink;
  /** Checks suite → target. */
  readonly restTap: PrismTap;
  /** A client whose requests go through `restTap`; `told` hears of each exchange when it is over and judged. */
  rest(told: (exchange: Exchange) => void): RestClient;
  /** Sockets, time and chance, as far as scenarios need them. */
  readonly outside: Outside;
  /** Checks target → application. */
  readonly webhookTap: PrismTap;
  readonly findings: readonly RunFinding[];
  /** A number of the target's range that no other scenario of this run has. */
  takeNumber(tenant?: string): string;
  /** When the suite itself was late; whoever starts something that is late notes it there. */
  readonly starvation: Surroundings & { readonly holds: Holds };
  /** How late the worker's timers were since it started. */
  lag(): Lag;
  close(): Promise<void>;
}

/** How `ctx.call` places a call to the target. */
export interface CallOptions {
  /** Lane of the ladder. Default `caller`, then `caller2`, … */
  readonly name?: string;
  /** User part of the Request-URI. Default: the context's number. */
  readonly to?: string;
  /** User part of From. Default: a unique one. */
  readonly from?: string;
  /** Host part of the Request-URI. Default: the target's domain. */
  readonly domain?: string;
  /** Extra header lines of the INVITE: `['X-Trunk: a', 'Diversion: <sip:1@x>']`. */
  readonly headers?: readonly string[];
  /** Display name of From. */
  readonly displayName?: string;
  readonly codec?: 'PCMU' | 'PCMA';
  /** Offer telephone-event. Default true. */
  readonly dtmf?: boolean;
  /** Payload type of telephone-event. Default 101. */
  readonly eventType?: number;
  /** Replaces the whole From value without its tag: `"Anonymous" <sip:anonymous@anonymous.invalid>`. */
  readonly fromValue?: string;
  /** Replaces the offer. */
  readonly sdp?: string;
  /** No silence is sent between what the scenario sends. Default false: a telephone sends all the time. */
  readonly silent?: boolean;
  readonly transport?: 'udp' | 'tcp';
  /** Replaces the scenario; `[media_ip]` and `[media_port]` point at the probe. */
  readonly scenario?: SippSource;
  /** Final status that the INVITE must get. Default 200. */
  readonly expectStatus?: number;
  /** Limit of the leg, ms. Default: the scenario's. */
  readonly timeoutMs?: number;
}

/** A call leg that the suite holds. */
export interface CallHandle {
  readonly name: string;
  readonly sipp: SippHandle;
  readonly rtp: RtpProbe;
  /** Resolves when the dialog is established (200 seen and ACKed); rejects when the call ended before. */
  readonly established: Promise<void>;
  /** Resolves when SIPp ended the leg as its scenario says; rejects with a sentence otherwise. */
  readonly ended: Promise<void>;
  /** Sends BYE (a caller before the answer: CANCEL) and waits until the leg has ended as its scenario says. */
  hangup(): Promise<void>;
}

/** How `ctx.callee` waits for a call of the target. */
export interface CalleeOptions {
  /** Lane of the ladder. Default `callee`, then `callee2`, … */
  readonly name?: string;
  readonly codec?: 'PCMU' | 'PCMA';
  readonly dtmf?: boolean;
  /** Provisional response before the answer. Default 180. `none`: no provisional. */
  readonly ringing?: 180 | 183 | 'none';
  /** `now`: 200 at once; `signal`: 200 on `answer()`; `never`: rings until CANCEL; a number: that final status. */
  readonly answer?: 'now' | 'signal' | 'never' | number;
  /** As in `CallOptions`. */
  readonly silent?: boolean;
  readonly transport?: 'udp' | 'tcp';
  readonly scenario?: SippSource;
  readonly timeoutMs?: number;
}

export interface CalleeHandle extends CallHandle {
  /** SIP URI to put into `destAddr`: `sip:<user>@<host>:<port>`. */
  readonly uri: string;
  readonly user: string;
  /** Resolves when the INVITE has come. */
  readonly invited: Promise<void>;
  /** Answers with 200 when `answer` is `signal`. */
  answer(): Promise<void>;
}

/**
 * An expected value, or a predicate with words for it. Whether it is about time is told by the words of the expectation,
 * which name the unit: `ms`. `outBy`, of a number that does not hold, is how far out it is; `bearsMs`, of anything else, from
 * how much lateness of the suite on it may be another value.
 */
export type Expected<T> =
  | { readonly equals: unknown }
  | {
      readonly that: string;
      readonly holds: (actual: T) => boolean;
      readonly outBy?: (actual: T) => number;
      readonly bearsMs?: number;
    };

/** Everything a scenario needs; one per scenario, everything in it is its own. */
export interface TestContext extends Recorder {
  readonly meta: ScenarioMeta;
  readonly harness: Harness;
  readonly target: Target;
  /** Called number of this scenario: calls to it are answered by `webhooks`. */
  readonly number: string;
  /** A sessionReferenceId of this scenario: callbacks that carry it come to `webhooks`. */
  readonly reference: string;
  readonly rest: RestClient;
  readonly webhooks: CallbackExpectation;
  call(options?: CallOptions): Promise<CallHandle>;
  callee(options?: CalleeOptions): Promise<CalleeHandle>;
  /** A UUID that nobody else has. */
  newId(): string;
  /** Another number of the range, with its own expectation. */
  alsoClaim(what: { number?: string; reference?: unknown; user?: string }): CallbackExpectation;
  /**
   * Writes expectation and result into the evidence; throws a clear sentence when it does not hold. Returns `actual`.
   * Of several requirements each is judged, and each is blamed: a loop of expectations would end at the first.
   */
  expect<T>(requirement: string | readonly string[], what: string, actual: T, expected: Expected<T>): T;
  /** As `expect`, but a miss is a warning and the scenario goes on. */
  should<T>(requirement: string, what: string, actual: T, expected: Expected<T>): T;
  note(text: string, data?: unknown): void;
  /** Tells whoever watches the run how far a long scenario is: a few words, which are not kept. */
  progress(words: string): void;
  /** Waits until nothing of the scenario is left on the target: SIP, RTP, callbacks, metrics. The wrapper calls it. */
  quiet(): Promise<void>;
}
