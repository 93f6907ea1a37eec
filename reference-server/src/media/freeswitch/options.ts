/** What the adapter to FreeSWITCH is given. */
import type { MediaEngineOptions } from '../options.ts';

export interface FreeSwitchAddress {
  readonly host: string;
  /** Of its event socket. */
  readonly port: number;
  readonly secret: string;
  /** The SIP profile that takes our calls. */
  readonly profile: string;
  /** Where FreeSWITCH reaches us for the event socket of each channel; bound, too, unless `bind` says otherwise. */
  readonly listenAddress: string;
  /** TCP port of it; 0 lets the system choose. */
  readonly listenPort: number;
  readonly bind?: string;
}

/** Where an application of drachtio can be: what carries the calls to FreeSWITCH. */
export interface SipServerAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

export interface FreeSwitchOptions
  extends Omit<MediaEngineOptions, 'address' | 'advertisedAddress' | 'portRange' | 'workers' | 'relay'> {
  readonly servers: readonly FreeSwitchAddress[];
  /** At least one. */
  readonly sip: readonly SipServerAddress[];
  /** Prompts and recordings pass through this directory, which the FreeSWITCHes see under the same path. */
  readonly directory: string;
}
