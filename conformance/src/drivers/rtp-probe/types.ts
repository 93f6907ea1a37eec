/** The suite's RTP end point. It runs in a thread of its own, so that arrival times do not depend on the scenarios. */

import type { Captured } from './capture.ts';
import type { ImpairmentOptions } from './impairment.ts';

export type Law = 'PCMU' | 'PCMA';
/** GSM (RFC 3551 4.5.8) is carried, not understood: what goes out is its silence, and what comes counts as silence of its length. */
export type Codec = Law | 'GSM';

/** A packet as it came. Times in ms on the run's clock. */
export interface PacketRecord {
  readonly at: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly payloadBytes: number;
  /** Of comfort noise (RFC 3389): its level, dBov. */
  readonly noiseDb?: number;
}

/** A packet that was to go out. */
export interface SentRecord {
  readonly at: number;
  readonly ssrc: number;
  readonly sequence: number;
  /** The network that `impair` makes has kept it. */
  readonly lost: boolean;
}

/** A compound of RTCP (RFC 3550 section 6). Time in ms on the run's clock. */
export interface ReportRecord {
  readonly at: number;
  /** SR, RR, SDES, BYE, APP, or the number of another kind; `malformed` alone where it is no RTCP. */
  readonly kinds: readonly string[];
  /** Who reports. */
  readonly ssrc?: number;
  /** `ntpMs` in ms since 1970, by the clock of the sender. */
  readonly sender?: {
    readonly ntpMs: number;
    readonly timestamp: number;
    readonly packets: number;
    readonly octets: number;
  };
  /** About what the reporter receives; `fractionLost` of 256, `jitter` in units of the timestamp. */
  readonly blocks: readonly {
    readonly ssrc: number;
    readonly fractionLost: number;
    readonly lost: number;
    readonly highest: number;
    readonly jitter: number;
  }[];
  readonly cname?: string;
  /** Sources that say goodbye. */
  readonly bye: readonly number[];
}

/** An RFC 4733 event that was received, one per event whatever the number of packets. */
export interface EventRecord {
  readonly at: number;
  /** 0–9, `*`, `#`, A–D; other events as their number. */
  readonly digit: string;
  readonly durationMs: number;
  /** Attenuation below full scale, dB (0 is loudest). */
  readonly volume: number;
  readonly packets: number;
  readonly endPackets: number;
  readonly marker: boolean;
}

/** Measures of a received stream. Audio packets only, unless said otherwise; RTCP is counted apart. */
export interface StreamStats {
  readonly packets: number;
  readonly bytes: number;
  /** By extended highest sequence number, RFC 3550 A.3. */
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** RFC 3550 6.4.1, ms. */
  readonly jitterMs: number;
  /** Gaps between arrivals, ms. */
  readonly pacing: { readonly median: number; readonly p99: number; readonly max: number; readonly min: number };
  /** Arrivals less than 5 ms after the one before. */
  readonly bursts: number;
  /** Sequence numbers that were not the next one. */
  readonly sequenceBreaks: number;
  /** Timestamps that did not advance by the audio between, unless the marker bit tells of a pause. */
  readonly timestampBreaks: number;
  readonly ssrcs: readonly number[];
  readonly payloadTypes: readonly number[];
  readonly markers: number;
  readonly malformed: number;
  readonly rtcp: number;
  /** Arrival of first and last packet on the run's clock; absent before the first. */
  readonly firstAt?: number;
  readonly lastAt?: number;
  /** From where it came: `host:port` of each source. */
  readonly sources: readonly string[];
}

export interface ReceivedAudio {
  /** 16 bit, 8 kHz, in order of RTP timestamps; gaps are zero. */
  readonly pcm: Int16Array;
  /** Arrival of the packet with sample 0, on the run's clock. */
  readonly startedAt: number;
}

/** How a digit is sent. */
export interface DigitOptions {
  /** Default 160. */
  readonly durationMs?: number;
  /** Default 80. */
  readonly pauseMs?: number;
  /** Attenuation, default 10. */
  readonly volume?: number;
  /** Default true. */
  readonly marker?: boolean;
  /** How many of the three end packets are sent. Default 3. */
  readonly endPackets?: 0 | 1 | 2 | 3;
  /** Each packet is sent this often. Default 1. */
  readonly copies?: number;
}

/** A moment at which our own timer was late, ms. */
export interface Lateness {
  readonly at: number;
  readonly ms: number;
}

export interface ProbeStats {
  readonly received: StreamStats;
  readonly sent: {
    readonly packets: number;
    readonly lateMs: number;
    /** Each turn of ours that was late by more than 10 ms: when it came, on the run's clock, and by how much. */
    readonly late: readonly Lateness[];
  };
}

export interface RtpProbe {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** What it sends until `speak` says otherwise. */
  readonly codec: Codec;
  /** Where to send; otherwise the probe answers to the source of the first packet. */
  sendTo(host: string, port: number): void;
  stats(): Promise<ProbeStats>;
  packets(): Promise<readonly PacketRecord[]>;
  audio(): Promise<ReceivedAudio>;
  events(): Promise<readonly EventRecord[]>;
  reports(): Promise<readonly ReportRecord[]>;
  /** What came and went, as far as it was kept; also when the probe is closed, as the last that is asked of it then. */
  captured(): Promise<Captured>;
  sent(): Promise<readonly SentRecord[]>;
  /** Resolves when n audio packets have come. */
  waitForPackets(n: number, timeoutMs: number): Promise<void>;
  /** Resolves when the audio received, from `from` (run clock) on, has this tone for this long. */
  waitForTone(frequency: number, minMs: number, timeoutMs: number, from?: number): Promise<ToneSegment>;
  /** Resolves when nothing has come for so long. */
  waitForSilenceOnWire(quietMs: number, timeoutMs: number): Promise<void>;
  /**
   * From now on audio goes out in this codec, what is queued or half sent included: who has agreed on another one sends only that
   * (RFC 3264 section 6.1). Resolves when nothing goes out in the one before any more. What comes is understood in each.
   */
  speak(codec: Codec): Promise<void>;
  /** Sending; all resolve when the last packet of the piece has gone. Pieces follow each other in one stream. */
  sendTone(frequency: number, durationMs: number, levelDb?: number): Promise<void>;
  sendSilence(durationMs: number): Promise<void>;
  /** A packet of comfort noise of that level, dBov, and nothing for so long (RFC 3389). */
  sendPause(noiseDb: number, durationMs: number): Promise<void>;
  sendPcm(pcm: Int16Array): Promise<void>;
  sendDigits(digits: string, options?: DigitOptions): Promise<void>;
  /** Comfort: sends silence for as long as the probe is open and nothing else is queued. */
  keepSending(on: boolean): void;
  /** From now on the network does this harm to all that is sent; `undefined`: none any more. */
  impair(options: ImpairmentOptions | undefined): void;
  /** Ends the stream; statistics stay readable. */
  close(): Promise<void>;
}

/** A stretch with one frequency. Times in ms from the first sample. Level in dB below full scale (dBov). */
export interface ToneSegment {
  readonly frequency: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly levelDb: number;
}

export interface ProbeHost {
  open(options: {
    readonly name: string;
    readonly host: string;
    readonly codec: Codec;
    /** Payload type of telephone-event, default 101. */
    readonly eventType?: number;
  }): Promise<RtpProbe>;
  close(): Promise<void>;
}
