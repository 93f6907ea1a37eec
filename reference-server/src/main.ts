/**
 * Puts a server together (rule 3: only here do adapters meet the session layer). Reads no environment and ends no
 * process: `bin.ts` does both.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { validateCallbackAnswer } from '@mediaservice/spec';
import { createAdmission } from './api/admission.ts';
import { createApi } from './api/app.ts';
import { createAuthenticator } from './api/auth.ts';
import type { Readiness } from './api/context.ts';
import { refusals } from './api/errors.ts';
import { type HttpServer, listenHttp } from './api/http-server.ts';
import { createRateLimiter } from './api/rate.ts';
import { createReplyIds } from './api/reply-id.ts';
import { apiSpec } from './api/spec.ts';
import { createCallbacks } from './callbacks/callbacks.ts';
import { type Cluster, createCluster } from './cluster/cluster.ts';
import { createDomains } from './config/domains.ts';
import type { Config } from './config/types.ts';
import { watchCallbacks } from './observability/callback-watch.ts';
import { watchLegs } from './observability/leg-watch.ts';
import { createMetrics } from './observability/metrics.ts';
import { type Parts, productionParts } from './parts.ts';
import { createSessionHost } from './session/host.ts';
import type { LegId } from './session/ids.ts';
import { lackingExtensions } from './session/lacking.ts';
import type { CallbackEvent } from './session/ports/callbacks.ts';
import type { MediaEvent } from './session/ports/media-event.ts';
import type { SipEvent } from './session/ports/sip.ts';
import type { ServerAddress } from './signalling/index.ts';
import { ListenError } from './sip/transport/listen-error.ts';
import type { SipEngine } from './sip-engine/engine.ts';

export interface ServerStats {
  readonly sessions: number;
  readonly legs: number;
  readonly connections: number;
  readonly timers: number;
}

export interface Server {
  readonly addresses: {
    readonly http: { readonly host: string; readonly port: number };
    /** As bound; empty with real drachtio-servers, which have listeners of their own. */
    readonly sip: readonly { readonly protocol: 'udp' | 'tcp'; readonly host: string; readonly port: number }[];
    /** Where drachtio-srf applications reach the embedded engine. */
    readonly drachtio: readonly { readonly host: string; readonly port: number }[];
  };
  stats(): ServerStats;
  /**
   * Refuses new calls with 503 from now on and waits for those that are, at most so long.
   * @returns how many sessions were still there at the end.
   */
  drain(seconds: number): Promise<number>;
  /** Ends the calls that are left (503, CANCEL, BYE, sessionCompleted) and closes everything, in seconds; safe to call twice. */
  close(): Promise<void>;
}

/** A loopback port for the two halves of one process. */
const loopback = '127.0.0.1';

/** @throws ListenError when a port cannot be bound, ConnectError without a SIP server; what was started is closed again. */
export async function createServer(config: Config, given: Partial<Parts> = {}): Promise<Server> {
  const stack = new AsyncDisposableStack();
  try {
    return await assemble(config, { ...productionParts, ...given }, stack);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function assemble(config: Config, parts: Parts, stack: AsyncDisposableStack): Promise<Server> {
  const log = parts.log(config);
  const domains = createDomains(config);
  const node = config.media.advertisedAddress ?? config.media.address;
  /** With this start of it: what it had before is gone. */
  const nodeId = config.cluster === undefined ? node : randomUUID();
  const replyIds = createReplyIds({
    secret: config.replySecret,
    node: nodeId,
    now: parts.now,
    // A call may outlive its longest session by its ringing and its last callbacks.
    lifetimeSeconds: (name) => (domains.get(name)?.maxSessionSeconds ?? 0) + 3_600,
  });

  let draining = false;
  // The parts are made before the session layer that they report to; none reports before it is there.
  let dispatch = (_event: SipEvent | MediaEvent | CallbackEvent): void => {};
  let engine: SipEngine | undefined;
  let http: HttpServer | undefined;

  const metrics = createMetrics({
    session: () => host.stats(),
    callbacks: () => callbacks.stats(),
    media: () => media.stats(),
    engine: () => engine?.stats(),
    // The connection that asks for the page is one of them, and not meant.
    httpConnections: async () => Math.max(((await http?.connections()) ?? 0) - 1, 0),
    cluster: () => cluster?.stats(),
  });
  stack.defer(() => metrics.close());

  const cluster: Cluster | undefined =
    config.cluster &&
    createCluster({
      node: nodeId,
      ivrServer: node,
      directory: parts.directory(config.cluster, log),
      secret: config.cluster.secret,
      deadMs: config.cluster.deadSeconds * 1000,
      keepMs: config.cluster.keepSeconds * 1000,
      maxBodyBytes: config.http.maxBodyBytes,
      clock: parts.clock,
      now: parts.now,
      log,
      uuid: replyIds.uuid,
      refuse: refusals.noNode,
      forwarded: metrics.forwarded,
    });
  // After all that speaks for its sessions: what could not be told by then, another node tells.
  stack.defer(() => cluster?.close());

  const prompts = await parts.prompts(config, log);
  const tts = await parts.tts(config, log);
  stack.defer(() => tts.close());
  const drachtio: ServerAddress[] = [...config.drachtio.servers];
  if (drachtio.length === 0) {
    const secret = randomBytes(16).toString('hex');
    engine = await parts.engine({
      sip: config.sip.listeners.map(({ protocol, host, port }) => ({ protocol, host, port })),
      app: { host: loopback, port: 0, secret },
      log,
    });
    const running = engine;
    stack.defer(() => running.close());
    drachtio.push({ ...running.appAddress, secret });
  }

  const common = {
    prompts,
    tts,
    promptBytes: config.storage.maxFileBytes,
    fetchTimeoutMs: config.remotePrompts.timeoutSeconds * 1000,
    urlCacheBytes: config.remotePrompts.cacheBytes,
    urlCacheSeconds: config.remotePrompts.cacheSeconds,
    codecs: config.media.codecs,
    onEvent: (event: MediaEvent) => dispatch(event),
    log,
  };
  const media =
    config.freeswitch.servers.length > 0
      ? await parts.freeswitch({
          ...common,
          ...config.freeswitch,
          servers: config.freeswitch.servers.map((each) => ({ listenAddress: node, ...each })),
          sip: drachtio,
        })
      : await parts.media({
          ...common,
          address: config.media.address,
          ...(config.media.advertisedAddress === undefined
            ? {}
            : { advertisedAddress: config.media.advertisedAddress }),
          portRange: { from: config.media.firstPort, to: config.media.lastPort },
          workers: config.media.workers,
        });
  stack.defer(() => media.shutdown());

  const callbacks = createCallbacks({
    domain: domains.config,
    onResult: (event) => dispatch(event),
    log,
    seen: metrics.callback,
  });
  stack.defer(() => callbacks.close(1_000));

  const signalling = parts.signalling({
    drachtio,
    dispatch: (event) => dispatch(event),
    log,
    clock: parts.clock,
    newLegId: () => replyIds.uuid() as LegId,
    credentials: domains.credentials,
    lacking: (host, user) => lackingExtensions(domains.find(host, user) ?? {}),
    ...(config.sip.outboundProxy && { outboundProxy: config.sip.outboundProxy }),
  });
  stack.defer(() => signalling.close());
  const legs = watchLegs(signalling);
  const watched = watchCallbacks(callbacks, metrics);
  const host = createSessionHost(
    {
      sip: legs.sip,
      media,
      callbacks: cluster?.hold(watched) ?? watched,
      ...(cluster && { books: cluster.books, elsewhere: cluster.elsewhere }),
      ids: replyIds,
      clock: parts.clock,
      domains,
      log,
      node,
    },
    { validateAnswer: validateCallbackAnswer },
  );
  const admission = createAdmission({
    host,
    sip: legs.sip,
    domains,
    maxSessions: config.limits.sessions,
    began: metrics.call,
  });
  dispatch = (event) => {
    if (event.type === 'callback.result') cluster?.saw(event);
    legs.saw(event);
    if (event.type === 'sip.incoming' && cluster?.took(event.call)) return;
    admission.dispatch(event);
  };
  await signalling.connected(config.drachtio.connectSeconds);

  const readiness = (): Readiness => {
    const reasons = [...(draining ? ['draining'] : []), ...(admission.full() ? ['full'] : [])];
    return { ready: reasons.length === 0, reasons };
  };
  const api = createApi({
    spec: apiSpec,
    host: cluster === undefined ? admission : { operate: cluster.route },
    ...(cluster && { door: cluster.door }),
    domain: domains.config,
    authenticate: createAuthenticator({ domain: domains.config, now: parts.now }),
    replyIds,
    prompts,
    rate: createRateLimiter(parts.clock.now),
    limits: { bodyBytes: config.http.maxBodyBytes, fileBytes: config.storage.maxFileBytes },
    readiness,
    metrics: metrics.expose,
    uuid: replyIds.uuid,
    log,
    seen: metrics.rest,
  });
  // Last of all, so that /readyz answers only when calls can come.
  http = await listenHttp(api, config.http.host, config.http.port).catch((error: unknown) => {
    throw new ListenError('tcp', config.http.host, config.http.port, error);
  });
  const listening = http;
  stack.defer(() => listening.close(1_000));
  // Not waited for any longer than Redis may take to answer: a node works without it.
  const listeners = engine?.sipAddresses ?? [];
  const sip = listeners.find(({ protocol }) => protocol === 'udp') ?? listeners[0];
  const transport = sip?.protocol === 'tcp' ? ';transport=tcp' : '';
  await cluster?.start(config.cluster?.address ?? originOf(config, listening), {
    host,
    operate: admission.operate,
    sipAddress: config.cluster?.sipAddress ?? (sip && reachedAt(config, sip.address, sip.port) + transport),
  });

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    draining = true;
    const over = host.drain();
    legs.endAll(dispatch);
    await atMost(2, over);
    // The last BYE may still wait for its answer.
    if (engine !== undefined) await atMost(1, engine.drain());
    await stack.disposeAsync();
  };
  return {
    addresses: {
      http: { host: listening.host, port: listening.port },
      sip: (engine?.sipAddresses ?? []).map(({ protocol, address, port }) => ({ protocol, host: address, port })),
      drachtio: drachtio.map(({ host: address, port }) => ({ host: address, port })),
    },
    stats: () => host.stats(),
    async drain(seconds) {
      draining = true;
      await atMost(seconds, host.drain());
      return host.stats().sessions;
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** Where other nodes reach the REST port, as far as the settings tell. */
const originOf = (config: Config, { host, port }: HttpServer): string => `http://${reachedAt(config, host, port)}`;

function reachedAt({ media }: Config, host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const reached = everywhere ? (media.advertisedAddress ?? media.address) : host;
  return `${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

function atMost(seconds: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    work.finally(() => clearTimeout(timer)).then(() => resolve(), reject);
  });
}
