import { DrachtioSession } from '../drachtio/session.ts';
import { openAppServer } from '../drachtio/tcp-server.ts';
import type { EndpointSettings, Listener } from '../sip/endpoint.ts';
import { defaultSettings } from '../sip/endpoint.ts';
import { EndpointDriver, type Resolver } from '../sip/transport/driver.ts';
import { randomIds } from '../sip/transport/ids.ts';

export interface SipEngineOptions {
  /** At least one; port 0 takes a free one. */
  sip: readonly { protocol: 'udp' | 'tcp'; host: string; port: number }[];
  /** Where drachtio-srf applications connect. */
  app: { host: string; port: number; secret: string };
  /** Milliseconds, RFC 3261 17.1.1.1; defaults 500, 4000, 5000. `d` is timer D, 32000. */
  timers?: Partial<{ t1: number; t2: number; t4: number; d: number }>;
  /** Least session interval in seconds, 90. RFC 4028 4. */
  minSe?: number;
  /** Option tags that a Require may name, beside those the engine knows; any other is refused with 420. */
  extensions?: readonly string[];
  /** Addresses of host names; by default the system's. */
  resolve?: Resolver;
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
  /** All transactions, those included that only absorb retransmissions (up to 64·T1). */
  transactions: number;
  proxies: number;
  /** Armed timers outside of transactions. */
  timers: number;
  /** TCP connections of SIP. */
  connections: number;
  /** Authenticated applications. */
  apps: number;
}

export interface SipEngine {
  /** Bound addresses, in the order of the options. */
  readonly sipAddresses: readonly Listener[];
  readonly appAddress: { host: string; port: number };
  stats(): SipEngineStats;
  /** Refuses new calls with 503 and resolves when the last dialog and the last request are done. */
  drain(): Promise<void>;
  /** Closes all sockets at once. */
  close(): Promise<void>;
}

const silence: SipEngineLog = { info: () => {}, warn: () => {} };

/** Starts an engine. Rejects with a `ListenError` when a socket cannot be bound. */
export async function startSipEngine(options: SipEngineOptions): Promise<SipEngine> {
  const log = options.log ?? silence;
  const settings: Partial<EndpointSettings> = {
    timers: { ...defaultSettings.timers, ...options.timers },
    extensions: [...defaultSettings.extensions, ...(options.extensions ?? [])],
    ...(options.minSe === undefined ? {} : { minSe: options.minSe }),
  };
  let session: DrachtioSession | undefined;
  let quiet: (() => void) | undefined;
  const driver = await EndpointDriver.open({
    listen: options.sip,
    ids: randomIds,
    settings,
    ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
    onEvent: (event) => session?.onEvent(event),
    onIdle: () => quiet?.(),
    onWarning: ({ protocol, address, port }, warnings) =>
      log.info({ from: `${protocol}/${address}:${port}`, warnings }, 'a message was not as it should be written'),
    onFault: (fault) => log.warn({ fault }, 'a message could not be handled'),
  });
  session = new DrachtioSession(driver, options.app.secret);
  const server = await openAppServer(options.app.host, options.app.port, session, log).catch(async (error: unknown) => {
    await driver.close();
    throw error;
  });
  const apps = session;
  let closing: Promise<void> | undefined;
  return {
    sipAddresses: driver.listeners,
    appAddress: server.address,
    stats: () => ({ ...driver.endpoint.stats(), connections: driver.connections, apps: apps.size }),
    drain: () =>
      new Promise((resolve) => {
        quiet = resolve;
        driver.do((endpoint) => endpoint.drain());
      }),
    close: () => {
      closing ??= Promise.all([server.close(), driver.close()]).then(() => {});
      return closing;
    },
  };
}
