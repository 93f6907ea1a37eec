import type { Listener } from '../sip/endpoint/types.ts';

export interface SipEngineOptions {
  /** At least one; port 0 takes a free one. */
  sip: { protocol: 'udp' | 'tcp'; host: string; port: number }[];
  /** Where drachtio-srf applications connect. */
  app: { host: string; port: number; secret: string };
  /** Milliseconds, RFC 3261 17.1.1.1; defaults 500, 4000, 5000. */
  timers?: Partial<{ t1: number; t2: number; t4: number }>;
  log?: SipEngineLog;
}

export interface SipEngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What the engine holds; every count of calls is 0 when it is quiet. */
export interface SipEngineStats {
  dialogs: number;
  /** Requests without their final response. */
  pending: number;
  /** All transactions, those included that only absorb retransmissions. */
  transactions: number;
  proxies: number;
  timers: number;
  /** TCP connections of SIP. */
  connections: number;
  /** Authenticated applications. */
  apps: number;
}

export interface SipEngine {
  /** Bound addresses, in the order of the options. */
  readonly sipAddresses: Listener[];
  readonly appAddress: { host: string; port: number };
  stats(): SipEngineStats;
  /** Refuses new calls with 503 and resolves when the last dialog has ended. */
  drain(): Promise<void>;
  /** Closes all sockets at once. */
  close(): Promise<void>;
}

/** Starts an engine. Rejects with a `ListenError` when a socket cannot be bound. */
export function startSipEngine(_options: SipEngineOptions): Promise<SipEngine> {
  throw new Error('not yet');
}
