/** What the application's process is told at its start, and what it writes to its standard output, a line of JSON each. */
import type { Written } from '../figures/histogram.ts';

export interface ApplicationSetting {
  /** Where the target sends its callbacks; the application listens on its port. */
  readonly callbacksUrl: string;
  /** Address of this machine that the target reaches. */
  readonly host: string;
  /** REST operations of the domain, and the token for them: for calls that the application has to answer over REST. */
  readonly restUrl: string;
  readonly token: string;
  /** WAV file that IVR calls hear. */
  readonly promptFile: string;
  /** Digit that ends an IVR call is waited for so long, seconds. */
  readonly digitSeconds: number;
}

/** The first line: it listens. */
export interface Ready {
  readonly ready: {
    /** UDP port of the registrar at `host`. */
    readonly registrarPort: number;
    /** UDP port at `host` that sends RTP back to where it came from. */
    readonly echoPort: number;
    /** For GET of the prompt, of contacts and of the counters. */
    readonly url: string;
    /** Where registrar and echo are; absent: on this machine. */
    readonly host?: string;
  };
}

/** Every second, and at the end: what happened since the line before. */
export interface Window {
  /** Callbacks answered, by name. */
  readonly answered: Readonly<Record<string, number>>;
  /** Of the callbacks that are due in a session, by flow and name, those that came. */
  readonly had: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Sessions that began. */
  readonly begun: number;
  /** Sessions of which sessionCompleted came for the first time. */
  readonly ended: number;
  readonly doubled: number;
  readonly unexpected: number;
  /** Alarms by type and error. */
  readonly alarms: Readonly<Record<string, number>>;
  /** Distributions of times in ms: INVITE sent to newCall, answer before it to getIvrCommand, request to answer. */
  readonly newCallMs: Written;
  readonly getIvrCommandMs: Written;
  readonly answerMs: Written;
  /** Sessions that have not ended, now. */
  readonly open: number;
  readonly cpuSeconds: number;
  /** Busy share of the event loop. */
  readonly busyShare: number;
  readonly bytes: number;
}
