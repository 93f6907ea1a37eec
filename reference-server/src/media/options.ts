/** What the embedded media engine is given and gives. */
import type { Worker, WorkerOptions } from 'node:worker_threads';
import type { Codec, MediaPort } from '../session/ports/media.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import type { LogPort } from '../session/ports.ts';
import type { PromptStore } from '../storage/prompt-store.ts';
import type { Tts } from '../tts/tts.ts';

export interface MediaEngineOptions {
  /** IPv4 or IPv6 address that RTP is bound to. */
  readonly address: string;
  /** Address put into SDP when it is another one (NAT, 0.0.0.0). */
  readonly advertisedAddress?: string;
  /** Inclusive. RTP takes even ports, RTCP the odd ones above them. */
  readonly portRange: { readonly from: number; readonly to: number };
  /** Threads; at least 1. */
  readonly workers: number;
  /** Of legs that are opened without codecs of their own, in the order in which they are offered. Default PCMU, PCMA (D-CODEC). */
  readonly codecs?: readonly Codec[] | undefined;
  readonly prompts: PromptStore;
  readonly tts: Tts;
  /** Phrases of format `url`; the global fetch without. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * `media.rtpTimeout` after this much silence from the far end, for legs that are opened without a limit of their own;
   * 0 switches it off. Default 60,000.
   */
  readonly rtpTimeoutMs?: number;
  /** What decoded prompts may take. Default 64 MiB. */
  readonly cacheBytes?: number;
  /** Largest prompt file or download. Default 20 MiB. */
  readonly promptBytes?: number;
  /** Whole time for a download. Default 10,000. */
  readonly fetchTimeoutMs?: number;
  /** How long a download is kept where neither phrase nor response say, in seconds. Default 3,600. */
  readonly urlCacheSeconds?: number;
  /** What downloads may take. Default 64 MiB. */
  readonly urlCacheBytes?: number;
  /**
   * What passes packets of joined legs on: the compiled addon where it was built (`auto`), TypeScript all the same, or
   * every packet through the whole engine (`off`). Default `auto`.
   */
  readonly relay?: 'auto' | 'typescript' | 'off';
  readonly onEvent: (event: MediaEvent) => void;
  readonly log: LogPort;
  /** Starts a thread; a test keeps hold of it this way. */
  readonly startThread?: (script: URL, options: WorkerOptions) => Worker;
}

export interface MediaStats {
  /** Endpoints open. */
  readonly endpoints: number;
  /** RTP ports in use; each takes the RTCP port above it along. */
  readonly ports: number;
  /** Jobs that play or wait to. */
  readonly players: number;
  /** Threads alive. */
  readonly workers: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** Packets that nobody waited for: wrong source, not RTP, unknown payload type. */
  readonly packetsIgnored: number;
  /** Packets among those that were passed on without a look at what they carry. */
  readonly packetsPassed: number;
  /** Pacing steps that the schedule left out, because a thread was starved for longer than it catches up. */
  readonly ticksSkipped: number;
  /** Bytes of decoded prompts held. */
  readonly cacheBytes: number;
}

export interface MediaEngine extends MediaPort {
  stats(): MediaStats;
  /** Closes every endpoint without a further event, then the threads. `close` of the port closes one leg. */
  shutdown(): Promise<void>;
}
