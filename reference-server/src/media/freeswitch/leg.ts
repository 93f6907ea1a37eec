/** What the adapter knows of one leg. */
import type { Sdp } from '../../sdp/index.ts';
import type { LegId } from '../../session/ids.ts';
import type { Codec, Direction } from '../../session/ports/media.ts';
import type { RemoteStream } from '../messages.ts';
import type { Local } from '../negotiate.ts';
import type { Channel, Switch } from './channel.ts';
import type { Player } from './player.ts';
import type { RtpWatch } from './rtp-watch.ts';

/** What a channel is in. */
export type Place = { readonly in: 'park' | 'echo' } | { readonly in: 'bridge' | 'eavesdrop'; readonly with: Leg };

export interface Leg {
  readonly id: LegId;
  /** Where its channel is, or is being opened. */
  on: Switch | undefined;
  readonly codecs: readonly Codec[];
  /** Numeric, of the o= line. */
  readonly sessionId: string;
  channel: Channel | undefined;
  /** Resolves when the far end may be sent to. */
  readonly ready: PromiseWithResolvers<void>;
  /** Resolves when it is known whether there is a channel. */
  opening: Promise<void>;
  /** Resolves when it has given everything back. */
  readonly released: PromiseWithResolvers<void>;
  /** Our last description. */
  sdp: { readonly sdp: Sdp; readonly text?: string } | undefined;
  /** Our offer that waits for its answer. */
  offered: { readonly sdp: Sdp; readonly direction: Direction } | undefined;
  /** What we want of the stream: less than sendrecv after an offer of ours that holds. */
  direction: Direction;
  remote: RemoteStream | undefined;
  /** The far end has our description: it may be sent to. */
  started: boolean;
  closed: boolean;
  /** Numbers what FreeSWITCH is told of the far end. */
  version: number;
  /** What is done with the channel, in order. */
  turn: Promise<void>;
  readonly player: Player;
  readonly watch: RtpWatch;
  /** Whether FreeSWITCH listens for keys as tones. */
  listensForTones: boolean;
  /** Whether FreeSWITCH drops what the far end says. */
  muted: boolean;
  peer: Leg | undefined;
  listensTo: readonly Leg[];
  echoes: boolean;
  /** Counts the background prompts, so that one loaded too late does not play. */
  backgrounds: number;
  /** The file that plays under everything. */
  background: string | undefined;
  place: Place;
}

export function localOf({ channel, codecs, sessionId, direction }: Leg): Local {
  // Before there is a channel only what is agreed counts, not where.
  return { address: channel?.address ?? '127.0.0.1', port: channel?.port ?? 9, sessionId, codecs, direction };
}
