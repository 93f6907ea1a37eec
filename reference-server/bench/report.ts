/** What a run of the bench found. */
import type { Spread } from './spread.ts';

export interface RelayRow {
  readonly calls: number;
  readonly peer: string;
  readonly about: string;
  /** Microseconds of CPU for each relayed packet. For "no relay", of the load program for each packet sent and got. */
  readonly cost: Spread;
  /** Its cost against rtpengine's in the same round; absent where rtpengine was not measured. */
  readonly ofRtpengine?: Spread;
  /** Microseconds from the sending call to the arrival, medians of the rounds; "no relay" is what the machine itself takes. */
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly sent: number;
  readonly lost: number;
  readonly reordered: number;
  /** The load program: how late the latest 1 % of its packets left, in microseconds; its share of one CPU. */
  readonly load: { readonly lateP99: number; readonly cpu: number };
  readonly faults: readonly string[];
}

export interface MediaRow {
  readonly what: string;
  readonly peer: string;
  readonly calls: number;
  /** Milliseconds of CPU for one second of one call. */
  readonly cost: Spread;
  /** Packets that came, of those that should have, 0–1. */
  readonly share: number;
  readonly faults: readonly string[];
}

export interface SipRow {
  readonly server: string;
  /** Calls a second; each takes 1 s. */
  readonly rate: number;
  readonly calls: number;
  readonly failed: number;
  /** Calls a second that SIPp came to while it still had calls to make, in its slowest turn. */
  readonly achieved: number;
  readonly retransmissions: number;
  /** Milliseconds of CPU a call: of the SIP server, of the drachtio-srf application on it. */
  readonly cost: { readonly server: Spread; readonly application: Spread };
}

/** Inbound calls that the application hangs up at its first getIvrCommand, all callbacks answered. */
export interface IvrRow {
  /** Calls a second. */
  readonly rate: number;
  readonly calls: number;
  /** By the caller's account or by the application's: without newCall, callAnswered, getIvrCommand or sessionCompleted. */
  readonly failed: number;
  /** Calls a second that SIPp came to while it still had calls to make, in its slowest turn. */
  readonly achieved: number;
  readonly retransmissions: number;
  /** Milliseconds from INVITE to 200, upper ends of the classes that SIPp counts in. */
  readonly answeredWithin: { readonly p50: number; readonly p95: number };
  /** Milliseconds of CPU a call: of the server with all its threads, of its busiest thread, of the application. */
  readonly cost: { readonly server: Spread; readonly mainThread: Spread; readonly application: Spread };
  /** Shares of one CPU; how late the application's event loop was, in milliseconds, p99. */
  readonly load: { readonly generator: number; readonly application: number; readonly lateMs: number };
  readonly faults: readonly string[];
}

/** Calls in the IVR that wait for a digit, their RTP ports open. */
export interface IvrMemory {
  readonly few: number;
  readonly many: number;
  /** Resident memory of the server in bytes with so many calls. */
  readonly bytesFew: number;
  readonly bytesMany: number;
  /** The slope between them. */
  readonly perCall: number;
  readonly faults: readonly string[];
}

export interface Skipped {
  readonly what: string;
  readonly why: string;
}

export interface Results {
  readonly relay: readonly RelayRow[];
  readonly media: readonly MediaRow[];
  readonly sip: readonly SipRow[];
  readonly ivr: readonly IvrRow[];
  readonly ivrMemory?: IvrMemory;
  readonly skipped: readonly Skipped[];
}

export interface Goal {
  readonly name: string;
  /** The limit in words. */
  readonly limit: string;
  /** With the reason, where the figure says nothing about what is judged. */
  readonly measured: string;
  /** Undefined when what it needs was not measured, or has a fault. */
  readonly met: boolean | undefined;
}

export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly kernel: string;
  readonly node: string;
}

/** `report.json`; its schema is spec/bench-report.schema.json. */
export interface Report extends Results {
  readonly formatVersion: 1;
  readonly started: string;
  readonly machine: Machine;
  readonly options: object;
  readonly goals: readonly Goal[];
  readonly summary: string;
}
