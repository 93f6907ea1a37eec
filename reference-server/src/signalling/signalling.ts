/** The session layer's SIP port on drachtio-srf: legs by id, on one or several SIP servers. */
import { randomBytes } from 'node:crypto';
import type { LegId } from '../session/ids.ts';
import type { SipEvent, SipPort } from '../session/ports/sip.ts';
import type { ClockPort, LogPort } from '../session/ports.ts';
import { ConnectError } from './connect-error.ts';
import { type Context, type Leg, respond } from './context.ts';
import { calledBy, inboundCall } from './inbound-call.ts';
import { InboundLeg } from './inbound-leg.ts';
import { readMessage } from './message.ts';
import { OutboundLeg } from './outbound-leg.ts';
import { extensions, refusalOf } from './refusal.ts';
import { connectServer, type ServerAddress } from './server.ts';
import type { SrfApp, SrfRequest, SrfResponse } from './srf.ts';

export interface SignallingOptions {
  /** At least one. Calls go out by those that are connected, in turn. */
  readonly drachtio: readonly ServerAddress[];
  readonly dispatch: (event: SipEvent) => void;
  readonly log: LogPort;
  readonly clock: ClockPort;
  readonly newLegId: () => LegId;
  /** Header that carries the trace id from session to session (D-ID). Default X-Trace-Id. */
  readonly traceHeader?: string;
  /** Session interval that outbound calls ask for, in seconds (RFC 4028); 0 asks for none. Default 1800. */
  readonly sessionExpires?: number;
  /** Shortest session interval that is agreed to, in seconds. Default 90, which RFC 4028 section 5 recommends. */
  readonly minSe?: number;
  /** Option tags of the extensions that a user's domain takes no part in, called or calling (D-CLAIM): by host and user; default none. */
  readonly lacking?: (host: string, user: string) => readonly string[];
  /** Credentials for an outbound INVITE that is challenged (RFC 3261 section 22); default none. */
  readonly credentials?: Context['credentials'];
  /** Calls out are sent there (RFC 3261 section 8.1.2), by the transport of the address that is called; default: to that address. */
  readonly outboundProxy?: Context['outboundProxy'];
}

export interface Signalling extends SipPort {
  /**
   * Resolves when every server is connected, or after so many seconds when at least one is.
   * @throws ConnectError when none is by then, and at once when one does not accept the secret.
   */
  connected(seconds: number): Promise<void>;
  stats(): {
    /** Legs that the session layer can command. */
    readonly legs: number;
    /** Exchanges of legs that are over: a BYE without its response, a 200 without its ACK. */
    readonly lingering: number;
    /** Servers connected. */
    readonly servers: number;
  };
  close(): Promise<void>;
}

export const createSignalling = (options: SignallingOptions): Signalling => {
  const { dispatch, log, clock, newLegId, traceHeader = 'X-Trace-Id', sessionExpires = 1_800, minSe = 90 } = options;
  const { credentials = () => undefined, lacking = () => [], outboundProxy } = options;
  const legs = new Map<LegId, { readonly leg: Leg; readonly srf: SrfApp }>();
  /** Exchanges of legs that are over, by the server that they run on. */
  const lingering = new Map<symbol, SrfApp>();
  let turn = 0;

  /** What the domain of a user takes part in. */
  const extensionsOf = (host: string, user: string): readonly string[] => {
    const without = lacking(host, user);
    return without.length === 0 ? extensions : extensions.filter((tag) => !without.includes(tag));
  };

  const contextOf = (srf: SrfApp, own: readonly string[]): Context => ({
    dispatch,
    log,
    clock,
    traceHeader,
    sessionExpires,
    minSe,
    extensions: own,
    credentials,
    ...(outboundProxy && { outboundProxy }),
    newNonce: () => randomBytes(16).toString('hex'),
    forget: (leg) => legs.delete(leg),
    linger: () => {
      const exchange = Symbol('exchange');
      lingering.set(exchange, srf);
      return () => lingering.delete(exchange);
    },
  });

  const invited = (srf: SrfApp, request: SrfRequest, response: SrfResponse) => {
    const message = readMessage(request.raw);
    if (message === undefined || !message.headers.has('Contact')) return respond(response, 400);
    const { uri: requestUri, source_address: sourceAddress } = request;
    const { host, user } = calledBy(requestUri);
    const own = extensionsOf(host, user);
    const refusal = refusalOf(message, { minSe, extensions: own });
    if (refusal !== undefined) return respond(response, refusal.status, refusal.headers);
    const id = newLegId();
    const leg = new InboundLeg(contextOf(srf, own), id, srf, request, response, message);
    legs.set(id, { leg, srf });
    const { expires, ...told } = inboundCall(message, { leg: id, requestUri, sourceAddress, traceHeader });
    const call = { ...told, ...(expires !== undefined && own.includes('timer') && { expires }) };
    dispatch({ type: 'sip.incoming', call });
  };

  const lost = (srf: SrfApp) => {
    for (const [exchange, its] of lingering) if (its === srf) lingering.delete(exchange);
    for (const each of [...legs.values()]) if (each.srf === srf) each.leg.lost();
  };

  const servers = options.drachtio.map((address) => connectServer(address, { invite: invited, lost }, log));

  const nextServer = (): SrfApp | undefined => {
    const usable = servers.filter((server) => server.isConnected());
    turn += 1;
    return usable[turn % usable.length]?.srf;
  };

  const at = (id: LegId): Leg | undefined => legs.get(id)?.leg;
  return {
    progress: (id, status, sdp) => at(id)?.progress(status, sdp),
    answer: (id, sdp) => at(id)?.answer(sdp),
    reject: (id, status, reason) => at(id)?.reject(status, reason),
    invite: (id, invite) => {
      const srf = nextServer();
      if (srf === undefined) {
        const reason = 'no SIP server is connected';
        queueMicrotask(() => dispatch({ type: 'sip.failed', leg: id, status: 503, reason }));
        return;
      }
      const leg = new OutboundLeg(contextOf(srf, extensionsOf(invite.fromHost, invite.fromUser)), id, srf, invite);
      legs.set(id, { leg, srf });
      leg.start();
    },
    cancel: (id) => at(id)?.cancel(),
    hangup: (id) => at(id)?.hangup(),
    respondOffer: (id, offerId, status, sdp) => at(id)?.respondOffer(offerId, status, sdp),
    reoffer: (id, sdp) => at(id)?.reoffer(sdp),
    connected: async (seconds) => {
      const { promise: late, resolve, reject } = Promise.withResolvers<void>();
      const stop = clock.after(seconds * 1000, () => {
        const missing = servers.filter((server) => !server.isConnected()).map((server) => server.missing());
        if (missing.length === servers.length) return reject(ConnectError.unreachable(missing, seconds));
        for (const { at, cause } of missing) log.warn({ ...at, err: cause }, 'starts without this SIP server');
        resolve();
      });
      const all = Promise.all(servers.map((server) => server.connected));
      await Promise.race([all, late]).finally(stop);
    },
    stats: () => ({
      legs: legs.size,
      lingering: lingering.size,
      servers: servers.filter((server) => server.isConnected()).length,
    }),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
};
