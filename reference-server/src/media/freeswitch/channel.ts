/** What the adapter needs of a FreeSWITCH, so that everything it decides can be tried without one. */
import type { FreeSwitchAddress } from './options.ts';

/** One leg inside FreeSWITCH. */
export interface Channel {
  readonly uuid: string;
  /** Where FreeSWITCH takes the RTP of this channel. */
  readonly address: string;
  readonly port: number;
  /** Tells FreeSWITCH anew of the far end (a re-INVITE with this offer). Rejects when FreeSWITCH refuses it. */
  describe(sdp: string): Promise<void>;
  /** Runs a command of the event socket, behind all that were given before. Rejects with what FreeSWITCH says against it. */
  command(text: string): Promise<string>;
  /** Runs an application of the dialplan on the channel, which has to be parked. Resolves when it is over. */
  run(application: string, argument: string): Promise<void>;
  /** Takes the channel out of whatever it is in. Resolves when it is parked. `both`: and whom it is bridged with. */
  park(both: boolean): Promise<void>;
  /** Resolves when it is parked the next time, at the latest after some seconds. */
  parked(): Promise<void>;
  /** Resolves when it is bridged the next time, at the latest after some seconds. */
  bridged(): Promise<void>;
  hangUp(): void;
}

/** Called back until `over`. */
export interface ChannelEvents {
  dtmf(digit: string, source: 'rfc4733' | 'inband'): void;
  /** A file that is played over the channel, or recorded from it, is at its end. */
  fileOver(path: string): void;
  /** The channel is gone without having been hung up from here. */
  over(detail: string): void;
}

/** up: takes calls; draining: keeps those that it has; down: nothing is known of it. */
export type Standing = 'up' | 'draining' | 'down';

export interface Switch {
  readonly at: FreeSwitchAddress;
  readonly standing: Standing;
  /** A channel with this far end. Rejects with a `RefusedError` when another FreeSWITCH may be asked. */
  open(sdp: string, events: ChannelEvents): Promise<Channel>;
  close(): Promise<void>;
}

/** FreeSWITCH takes no call now: it is lost, draining or full. */
export class RefusedError extends Error {
  readonly code = 'FREESWITCH_REFUSED';
}
