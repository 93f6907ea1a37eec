/** The figures of a run, and how they went second by second. report.json holds both; spec/load-report.schema.json describes them. */
import type { Distribution } from './histogram.ts';

/** Summed up over the run. Times are in milliseconds. A distribution without values is absent. */
export interface Figures {
  readonly calls: {
    readonly attempted: number;
    readonly completed: number;
    /** Completed calls by flow. */
    readonly completedBy?: Readonly<Record<string, number>>;
    readonly failed: number;
    /** Failed calls by the step at which they failed. */
    readonly reasons: Readonly<Record<string, number>>;
    /** The most calls at once. */
    readonly mostAtOnce: number;
    /** Completed calls per second of the steady part; of the whole where that is too short. */
    readonly perSecond: number;
    /** Calls that were due and not begun, since no virtual user was free. */
    readonly notBegun: number;
  };
  /** INVITE to 200. */
  readonly setupMs?: Distribution;
  /** INVITE to the first 18x. */
  readonly postDialMs?: Distribution;
  /** INVITE of the caller, or REST request for the call, to INVITE at the callee. */
  readonly deliveryMs?: Distribution;
  readonly rtp?: {
    readonly sent: number;
    readonly received: number;
    readonly lost: number;
    /** lost / (received + lost) */
    readonly lossShare: number;
    readonly jitterMs?: Distribution;
  };
  readonly audio?: {
    readonly legs: number;
    /** Legs that heard audio. */
    readonly heard: number;
    readonly heardShare: number;
    /** Similarity 0..1 of what legs heard to a reference. */
    readonly score?: Distribution;
  };
  readonly callbacks: {
    /** An application that serves several generators counts them: nothing of them is known here. */
    readonly elsewhere?: true;
    /** Answered callbacks by name. */
    readonly answered: Readonly<Record<string, number>>;
    /** Alarms by type and error. */
    readonly alarms: Readonly<Record<string, number>>;
    /** Of the callbacks that are due in a session, by flow and name, those that came. */
    readonly had?: Readonly<Record<string, Readonly<Record<string, number>>>>;
    /** INVITE sent by the caller to newCall at the application. */
    readonly newCallMs?: Distribution;
    /** Answer to the callback before it sent, to getIvrCommand at the application; the first one of a session. */
    readonly getIvrCommandMs?: Distribution;
    /** The callback's time from request to answer as the target measured it, by name; the mean over the run. */
    readonly roundTripMs?: Readonly<Record<string, number>>;
    /** Sessions that began and of which sessionCompleted never came. */
    readonly missingCompleted: number;
    readonly doubledCompleted: number;
    /** Callbacks of a session that the application did not know, or in an order that cannot be. */
    readonly unexpected: number;
  };
  readonly rest?: {
    readonly requests: number;
    readonly failed: number;
    readonly latencyMs: Distribution;
    readonly byOperation: Readonly<Record<string, Distribution>>;
  };
  /** SIP messages that the generator had to send again. */
  readonly retransmissions: number;
  readonly generator: {
    /** CPU seconds of k6, and cores that it had busy in the busiest tenth of the seconds. */
    readonly cpuSeconds: number;
    readonly busyCores: number;
    /** Cores of the machine. */
    readonly cores: number;
    /** Cores that other programs had busy on this machine in the busiest tenth of the seconds; absent where it cannot be told. */
    readonly othersCores?: number;
    /** How late virtual users that do nothing but sleep woke up. */
    readonly latenessMs?: Distribution;
    readonly mostBytes: number;
  };
  readonly application: {
    readonly cpuSeconds: number;
    /** Share of the time in which its event loop was busy, in the busiest tenth of the seconds. */
    readonly busyShare: number;
    /** From a callback's request to its answer, both inside the application. */
    readonly answerMs?: Distribution;
  };
  /** Where the target has metrics. */
  readonly target?: {
    readonly cpuSeconds: number;
    /** Divided by the completed calls. */
    readonly cpuMsPerCall?: number;
    readonly busyCores: number;
    readonly bytesBefore: number;
    readonly mostBytes: number;
    readonly bytesAfter: number;
    /** Gauges that were not back to 0 when all was over, in the target file's `metrics.atRest`. */
    readonly leftovers: Readonly<Record<string, number>>;
    /**
     * Gauges that grew after the first minute, by how much a minute; `bytes` is the memory. Only in runs that are long enough
     * to tell, and empty where nothing grew.
     */
    readonly growthPerMinute?: Readonly<Record<string, number>>;
    /**
     * The least growth a minute that the run could tell, of each that was judged. Gauges that were 0 in the end are not: of them
     * nothing stayed.
     */
    readonly leastGrowthPerMinute?: Readonly<Record<string, number>>;
  };
}

/** Values of one second in short. */
export interface Short {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** One second of the run. What has no value in it is absent. */
export interface Sample {
  /** Whole seconds since k6 was started; the sample is of the second that ended there. */
  readonly at: number;
  readonly attempted: number;
  readonly completed: number;
  readonly failed: number;
  /** Calls begun and not over, at the end of the second. */
  readonly inProgress: number;
  readonly setupMs?: Short;
  readonly postDialMs?: Short;
  readonly restMs?: Short;
  readonly newCallMs?: Short;
  readonly getIvrCommandMs?: Short;
  readonly jitterMs?: Short;
  readonly score?: Short;
  readonly latenessMs?: Short;
  /** Packets of the legs that ended in the second. */
  readonly rtp?: { readonly sent: number; readonly received: number; readonly lost: number };
  /** Callbacks answered. */
  readonly callbacks: number;
  readonly generator?: Usage;
  readonly application?: Usage;
  readonly target?: Usage & {
    /** Gauges of the target file's `metrics.atRest` and `metrics.settling`. */
    readonly gauges: Readonly<Record<string, number>>;
  };
  /** Busy share of all cores of this machine, 0..1. */
  readonly machineBusy?: number;
  /** Cores that programs of others had busy. */
  readonly othersCores?: number;
}

/** What a process used. */
export interface Usage {
  /** Cores, so 1.5 is one and a half of them. */
  readonly cpu: number;
  /** Resident memory. */
  readonly bytes: number;
}
