/** A run, and what it needs. The program, the search for the capacity and the tests all start runs through these. */
import type { Sample } from '../figures/model.ts';
import type { LoadReport } from '../report/model.ts';
import type { RunningApplication } from './application.ts';

/** What is asked for. What is absent has the scenario's default. */
export interface RunWish {
  readonly scenario: string;
  readonly calls?: number;
  readonly rate?: number;
  readonly durationSeconds?: number;
  readonly rampSeconds?: number;
  readonly talkSeconds?: number;
  readonly mix?: Readonly<Record<string, number>>;
  readonly segment?: string;
  readonly segmentSequence?: string;
  /** `setup.p95<=300`, each in place of the scenario's default for that measure. */
  readonly objectives?: readonly string[];
  /** Options handed to k6 as they are. */
  readonly k6Arguments?: readonly string[];
}

/** A k6 that is there. */
export interface K6 {
  readonly path: string;
  readonly version: string;
  /** `own 0.1.0`, `xk6-sip v0.4.0`: what its `k6/x/sip` is. */
  readonly extension: string;
}

/** The target as a run sees it. It answers when it is handed over. */
export interface LoadTarget {
  readonly name: string;
  readonly description?: string;
  readonly embedded: boolean;
  readonly domain: string;
  readonly sip: { readonly host: string; readonly port: number };
  readonly restUrl: string;
  readonly token: string;
  readonly callbacksUrl: string;
  /** Address of this machine that the target reaches. */
  readonly suiteHost: string;
  readonly numbers: NumberRange;
  /** Numbers of Cloud UA users. */
  readonly cloudNumbers?: NumberRange;
  readonly capabilities: ReadonlySet<string>;
  readonly metrics?: {
    readonly url: string;
    readonly atRest: readonly string[];
    readonly settling: readonly string[];
    /** All of them are 0 within so many ms of the end of the last call. */
    readonly withinMs: number;
  };
  /**
   * It runs on this machine, so that what it uses is not left for others; `group`: the process group of what was started.
   * Absent: it is elsewhere.
   */
  readonly beside?: { readonly group?: number };
  /** Resolves with a sentence when its process ends by itself. */
  readonly died: Promise<string>;
  close(): Promise<void>;
}

export interface NumberRange {
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
}

/** What a run is told while it lasts, and what it works with. */
export interface RunParts {
  readonly k6: K6;
  readonly target: LoadTarget;
  /** Folder of the report; it is there. */
  readonly directory: string;
  /** Aborted: k6 is asked to end, calls under way are hung up, what there is is kept. */
  readonly signal: AbortSignal;
  /** Aborted: k6 is killed. What it has told by then is kept. */
  readonly kill?: AbortSignal;
  /** Of the processes that are started. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One that runs already and is left running, where several generators share it: its callbacks are counted by whoever started it. */
  readonly application?: RunningApplication;
  /** Each second as it comes. */
  onSample(sample: Sample): void;
}

/** `run` of run.ts. It throws only what makes a report impossible; a run that went wrong is a report whose ending says so. */
export type Run = (wish: RunWish, parts: RunParts) => Promise<LoadReport>;
