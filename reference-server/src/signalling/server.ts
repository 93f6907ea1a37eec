/** One connection to a SIP server that speaks drachtio's protocol: the embedded engine or a drachtio-server. */
import type { LogPort } from '../session/ports.ts';
import { ConnectError, type Missing } from './connect-error.ts';
import { respond } from './context.ts';
import { allow } from './outbound-invite.ts';
import { extensions } from './refusal.ts';
import { newSrf, type SrfApp, type SrfRequest, type SrfResponse } from './srf.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

export interface Server {
  readonly srf: SrfApp;
  readonly isConnected: () => boolean;
  /** Resolves with the first connection that authenticates, rejects with a ConnectError when the secret is wrong. */
  readonly connected: Promise<void>;
  /** Why it is not connected. */
  readonly missing: () => Missing;
  readonly close: () => Promise<void>;
}

interface ServerEvents {
  readonly invite: (srf: SrfApp, request: SrfRequest, response: SrfResponse) => void;
  readonly lost: (srf: SrfApp) => void;
}

/** Requests outside of calls that are asked for so that they get an answer that says what is possible here. */
const others = ['register', 'subscribe', 'publish', 'message', 'refer', 'notify', 'info', 'update'];

export const connectServer = ({ host, port, secret }: ServerAddress, events: ServerEvents, log: LogPort): Server => {
  const srf = newSrf();
  // The library looks at this object before each attempt, so that an attempt can be made the last one.
  const reconnect: { maxAttempts?: number; retryMaxDelay: number } = { retryMaxDelay: 5_000 };
  let up = false;
  let closing = false;
  let cause: unknown;
  let ended: (() => void) | undefined;
  const { promise: connected, resolve, reject } = Promise.withResolvers<void>();
  connected.catch(() => undefined);

  srf.on('connect', (error: unknown, hostPorts: unknown) => {
    if (closing) return srf.disconnect();
    if (error) {
      log.error({ host, port }, 'the SIP server does not accept the secret');
      return reject(ConnectError.refused({ host, port }));
    }
    up = true;
    log.info({ host, port, sip: hostPorts }, 'connected to the SIP server');
    resolve();
  });
  srf.on('error', (error: unknown) => {
    cause = error;
    log.warn({ host, port, err: error }, 'no connection to the SIP server');
  });
  srf.on('close', () => {
    if (up) events.lost(srf);
    up = false;
    ended?.();
  });

  srf.use('invite', (request, response) => events.invite(srf, request, response));
  srf.use('options', (_request, response) => {
    respond(response, 200, { Allow: allow, Accept: 'application/sdp', Supported: extensions.join(', ') });
  });
  for (const method of others) srf.use(method, refuse);
  srf.connect({ host, port, secret, reconnect });

  return {
    srf,
    isConnected: () => up,
    connected,
    missing: () => ({ at: { host, port }, cause }),
    close: () => {
      closing = true;
      reconnect.maxAttempts = 1;
      reject(new Error('closed'));
      if (!up) return Promise.resolve();
      const { promise, resolve: done } = Promise.withResolvers<void>();
      ended = done;
      srf.disconnect();
      return promise;
    },
  };
};

/** RFC 3261 12.2.2: a request inside a dialog that is gone gets 481; outside of one the method is not for us (8.2.1). */
const refuse = (request: SrfRequest, response: SrfResponse) => {
  if (/;\s*tag=/i.test(request.get('to') ?? '')) respond(response, 481);
  else respond(response, 405, { Allow: allow });
};
