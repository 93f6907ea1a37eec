/** What the bench asks of the process that holds the media engine, and what it says. */

export const WORKLOADS = ['relay', 'play', 'transcode', 'gsm', 'record', 'mix'] as const;
export type Workload = (typeof WORKLOADS)[number];
export const VARIANTS = ['ts', 'addon'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface HostRequest {
  readonly workload: Workload;
  readonly calls: number;
  /** RTP port of the far ends. */
  readonly farPort: number;
  /** Of the engine's own ports. */
  readonly portRange: { readonly from: number; readonly to: number };
  readonly workers: number;
  readonly variant: Variant;
}

export type HostReply =
  /** One port for each far end, in their order. */
  | { readonly type: 'ready'; readonly ports: readonly number[] }
  /** The variant is not to be had here. */
  | { readonly type: 'refused'; readonly reason: string }
  /** To the line AUDIT: what is wrong with what the traffic left behind. */
  | { readonly type: 'audited'; readonly faults: readonly string[] };

/** A line to the process: end the recordings and look at them. Asked once, after the traffic. */
export const AUDIT = 'audit';

/** Codecs of the far ends of one call. */
export const FAR_ENDS: Readonly<Record<Workload, readonly ('PCMU' | 'PCMA' | 'GSM')[]>> = {
  relay: ['PCMU', 'PCMU'],
  play: ['PCMU'],
  transcode: ['PCMU', 'PCMA'],
  gsm: ['PCMU', 'GSM'],
  record: ['PCMU', 'PCMU'],
  mix: ['PCMU', 'PCMU', 'PCMU'],
};
