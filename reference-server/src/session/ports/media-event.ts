/** What the session layer is told of the audio of its legs. */

import type { Digit, LegId, PlayJobId, RecordingId } from '../ids.ts';
import type { Direction } from './media.ts';

export type MediaEvent =
  | { readonly type: 'media.opened'; readonly leg: LegId; readonly sdp: string }
  | {
      readonly type: 'media.updated';
      readonly leg: LegId;
      readonly offerId: string;
      readonly sdp: string;
      /** Of the far end's stream as its offer says; the old way to hold, address 0.0.0.0, is `inactive`. */
      readonly direction: Direction;
    }
  | { readonly type: 'media.offered'; readonly leg: LegId; readonly sdp: string }
  /** invalidSdp: nothing in it can be used; noResources: no port or worker; the rest is mediaServerError. */
  | {
      readonly type: 'media.failed';
      readonly leg: LegId;
      readonly offerId?: string;
      readonly reason: 'invalidSdp' | 'noResources' | 'internal';
      readonly detail: string;
    }
  | { readonly type: 'media.played'; readonly leg: LegId; readonly job: PlayJobId; readonly stopped: boolean }
  /** A phrase could not be played; what remains of the job is dropped. */
  | {
      readonly type: 'media.playFailed';
      readonly leg: LegId;
      readonly job: PlayJobId;
      readonly phrase: number;
      readonly reason: 'phraseError' | 'phraseRemoteCacheTimeout' | 'mediaServerError';
      readonly detail: string;
    }
  /** The background prompt cannot be had or read; all else goes on without it. */
  | {
      readonly type: 'media.backgroundFailed';
      readonly leg: LegId;
      readonly reason: 'phraseError' | 'phraseRemoteCacheTimeout' | 'mediaServerError';
      readonly detail: string;
    }
  /** One per pressed key, whatever the retransmissions (D-DTMF), at its start so that barge-in is quick. */
  | { readonly type: 'media.dtmf'; readonly leg: LegId; readonly digit: Digit; readonly source: 'rfc4733' | 'inband' }
  /** No RTP for the time that the leg is watched with. */
  | { readonly type: 'media.rtpTimeout'; readonly leg: LegId }
  | {
      readonly type: 'media.recorded';
      readonly recording: RecordingId;
      /** Of the stored file; absent when nothing was stored. */
      readonly bytes?: number;
      /** The first and the last moment of a recording of two parties, ms since 1970: the file is as long as the time between. */
      readonly span?: { readonly from: number; readonly to: number };
      /** Channels of which no RTP came at all. */
      readonly silent: readonly ('left' | 'right')[];
      /** What went wrong with writing, encoding or storing. */
      readonly failure?: string;
    };
