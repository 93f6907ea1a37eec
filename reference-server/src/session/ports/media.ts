/** Audio of the legs: what the session layer commands. What it is told is in `media-event.ts`. */

import type { Digit, LegId, PlayJobId, RecordingId } from '../ids.ts';
import type { BackgroundPrompt, PlayJob } from './phrase.ts';

export type Codec = 'PCMU' | 'PCMA' | 'GSM';

/** Direction of a stream as the side that describes it sees it (RFC 3264 section 5.1). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What an endpoint is opened for. */
export interface MediaRequest {
  readonly offer?: string;
  /**
   * With `offer`: nothing is sent before `start`, since the far end has no description of ours until then (RFC 3264
   * section 6). Default false.
   */
  readonly waits?: boolean;
  /**
   * IP address that the far end's signalling comes from. A far end whose description names an address that it cannot be
   * reached at is followed to this host alone (D-RTP).
   */
  readonly source?: string;
  readonly codecs?: readonly Codec[];
  /**
   * Seconds without RTP of the far end until `media.rtpTimeout` (D-MAX); 0: it may be silent, until `watch` says
   * otherwise. Absent: the implementation's own limit.
   */
  readonly rtpTimeoutSeconds?: number;
  /** A leg that this one will be joined with, or listen to: who spreads legs over threads or machines may keep both together. */
  readonly near?: LegId;
}

/** A recording of two parties (D-FILE). The extension of the name chooses the format. */
export interface RecordingRequest {
  readonly id: RecordingId;
  readonly domain: string;
  readonly fileName: string;
  /** The first party's voice goes to the left channel. */
  readonly left: LegId;
  readonly right: LegId;
}

/**
 * Audio of the legs. Each leg has at most one endpoint: a local RTP port, a negotiated codec, a player and a DTMF
 * receiver. Shaped so that FreeSWITCH through drachtio-fsmrf and the embedded engine both implement it whole.
 */
export interface MediaPort {
  /**
   * Opens the endpoint. With `offer` the result is the answer to it; without, our own offer.
   * `media.opened` or `media.failed` follows.
   */
  open(leg: LegId, request: MediaRequest): void;
  /** The far end has our answer, or will have it at once: an endpoint that `waits` sends from now on. */
  start(leg: LegId): void;
  /**
   * The far end's answer to our offer, again when another takes its place (early media). `media.failed` when it cannot
   * be used. `source` as in `MediaRequest`.
   */
  accept(leg: LegId, answer: string, source?: string): void;
  /** A new offer inside the dialog; `media.updated` with the answer, or `media.failed`, follows. */
  update(leg: LegId, offerId: string, offer: string): void;
  /** Plays the phrases in order and without gaps; `media.played` or `media.playFailed` follows, also after `stop`. */
  play(leg: LegId, job: PlayJob): void;
  /** `current` ends the phrase that plays, the job goes on with the next; `all` ends the job. */
  stop(leg: LegId, job: PlayJobId, what: 'current' | 'all'): void;
  /** Loops a prompt under everything else; undefined ends it (D-BG). `media.backgroundFailed` where it cannot be had. */
  background(leg: LegId, prompt: BackgroundPrompt | undefined): void;
  /**
   * Our offer inside the dialog, with this direction: as described last, or, `whole`, with all that we can, for a far
   * end that asks for an offer. `media.offered` or `media.failed` follows. `accept` takes the answer; without it
   * everything stays as it was.
   */
  offer(leg: LegId, direction: Direction, whole?: boolean): void;
  /**
   * From now on so many seconds without RTP are a `media.rtpTimeout`; 0: none are. For legs that are opened before the
   * call is answered. Nothing is expected of a far end that holds, whatever is set.
   */
  watch(leg: LegId, rtpTimeoutSeconds: number): void;
  /** Parties hear each other; undoes itself with `separate` or when either closes. */
  join(a: LegId, b: LegId): void;
  separate(a: LegId, b: LegId): void;
  /**
   * The monitor hears the voices of these legs, mixed; they do not hear it. An empty list, and the end of a leg that is
   * listened to, end that part of it (D-MON). Independent of `join`.
   */
  listen(monitor: LegId, to: readonly LegId[]): void;
  /**
   * Records two legs from now on, both channels on one time line. It ends with `stopRecording` or when either leg closes;
   * `media.recorded` follows, once, when the file can be fetched or is given up. The event comes after both legs closed, too.
   */
  startRecording(recording: RecordingRequest): void;
  stopRecording(recording: RecordingId): void;
  /**
   * The far end of this leg pressed a key beside its stream (SIP INFO). Whoever it is joined with gets it as if it had been in the
   * stream: as an event, or as tones where none were agreed (D-KEYS). Nothing happens while it is joined with nobody.
   */
  press(leg: LegId, digit: Digit): void;
  /** Gives port and memory back; safe to call twice and before `media.opened`. */
  close(leg: LegId): void;
}
