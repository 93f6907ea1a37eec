/** Prometheus metrics; `docs/metrics.md` says what each means, and a test holds the two together. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counts that are read when somebody asks; a part that is not there (real drachtio-servers) gives undefined. */
export interface Sources {
  session(): {
    readonly sessions: number;
    readonly legs: number;
    readonly connections: number;
    readonly timers: number;
  };
  callbacks(): { readonly waiting: number; readonly underWay: number; readonly connections: number };
  media():
    | {
        readonly endpoints: number;
        readonly ports: number;
        readonly players: number;
        readonly workers: number;
        readonly packetsSent: number;
        readonly packetsReceived: number;
        readonly packetsIgnored: number;
        readonly ticksSkipped: number;
        readonly cacheBytes: number;
      }
    | undefined;
  engine():
    | {
        readonly dialogs: number;
        readonly pending: number;
        readonly transactions: number;
        readonly proxies: number;
        readonly timers: number;
        readonly connections: number;
        readonly apps: number;
      }
    | undefined;
  httpConnections(): Promise<number>;
  /** Undefined where there is one node. */
  cluster():
    | { readonly nodes: number; readonly directoryUp: boolean; readonly reported: number; readonly lost: number }
    | undefined;
}

export interface Metrics {
  rest(request: { readonly operation: string; readonly status: number; readonly seconds: number }): void;
  callback(callback: {
    readonly name: string;
    readonly domain: string;
    readonly result: string;
    readonly seconds: number;
  }): void;
  call(call: { readonly direction: 'inbound' | 'outbound'; readonly domain: string }): void;
  alarm(alarm: { readonly type: string; readonly error: string; readonly domain: string }): void;
  /** What became of an operation that was handed to another node. */
  forwarded(result: string): void;
  sessionEnd(session: { readonly reason: string; readonly domain: string; readonly seconds: number }): void;
  /** The text of /metrics with its content type. */
  expose(): Promise<{ readonly type: string; readonly text: string }>;
  readonly registry: Registry;
  close(): void;
}

const prefix = 'mediaservice_';
const waits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: prefix + name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name: prefix + name, help, buckets, labelNames, registers });

  const rest = histogram(
    'rest_request_seconds',
    'REST requests by operation and status.',
    waits,
    'operation',
    'status',
  );
  const callback = histogram(
    'callback_seconds',
    'Callbacks by name and result, retries included.',
    waits,
    'name',
    'domain',
    'result',
  );
  const calls = counter('calls_total', 'Calls that began.', 'direction', 'domain');
  const alarms = counter('alarms_total', 'Alarms raised, sent or not.', 'type', 'error', 'domain');
  const ends = histogram(
    'session_seconds',
    'Sessions that ended, by reason.',
    [0, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200],
    'reason',
    'domain',
  );
  const forwards = counter('forwards_total', 'Operations handed to another node.', 'result');
  addGauges(registry, sources);

  return {
    rest: ({ operation, status, seconds }) => rest.observe({ operation, status }, seconds),
    callback: ({ name, domain, result, seconds }) => callback.observe({ name, domain, result }, seconds),
    call: (labels) => calls.inc(labels),
    // "Invalid sip address: …" would make a time series of every address.
    alarm: ({ type, error, domain }) => alarms.inc({ type, error: error.replace(/:.*$/s, ''), domain }),
    forwarded: (result) => forwards.inc({ result }),
    sessionEnd: ({ reason, domain, seconds }) => ends.observe({ reason, domain }, seconds),
    expose: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    registry,
    close: () => registry.clear(),
  };
}

type Kind = 'gauge' | 'counter';

function addGauges(registry: Registry, sources: Sources): void {
  const registers = [registry];
  const read = (kind: Kind, name: string, help: string, value: () => number | undefined | Promise<number>) => {
    if (kind === 'gauge') {
      return new Gauge({
        name: prefix + name,
        help,
        registers,
        async collect() {
          const now = await value();
          if (now !== undefined) this.set(now);
        },
      });
    }
    return new Counter({
      name: prefix + name,
      help,
      registers,
      async collect() {
        const now = await value();
        this.reset();
        if (now !== undefined) this.inc(now);
      },
    });
  };
  read('gauge', 'sessions', 'Sessions alive.', () => sources.session().sessions);
  read('gauge', 'legs', 'Participants with a SIP leg.', () => sources.session().legs);
  read('gauge', 'connections', 'Connections of participants.', () => sources.session().connections);
  read('gauge', 'session_timers', 'Timers of sessions.', () => sources.session().timers);
  read('gauge', 'callbacks_waiting', 'Callbacks behind another of their session.', () => sources.callbacks().waiting);
  read('gauge', 'callbacks_under_way', 'Callbacks without their result.', () => sources.callbacks().underWay);
  read('gauge', 'callback_sockets', 'HTTP connections to applications.', () => sources.callbacks().connections);
  read('gauge', 'rest_sockets', 'HTTP connections to the REST API.', () => sources.httpConnections());
  read('gauge', 'media_endpoints', 'RTP endpoints open.', () => sources.media()?.endpoints);
  read('gauge', 'media_ports', 'RTP ports in use.', () => sources.media()?.ports);
  read('gauge', 'media_players', 'Play jobs that play or wait to.', () => sources.media()?.players);
  read('gauge', 'media_workers', 'Media threads alive.', () => sources.media()?.workers);
  read('gauge', 'media_cache_bytes', 'Decoded prompts held.', () => sources.media()?.cacheBytes);
  read('counter', 'rtp_packets_sent_total', 'RTP packets sent.', () => sources.media()?.packetsSent);
  read('counter', 'rtp_packets_received_total', 'RTP packets taken.', () => sources.media()?.packetsReceived);
  read('counter', 'rtp_packets_ignored_total', 'Packets nobody waited for.', () => sources.media()?.packetsIgnored);
  read('counter', 'media_ticks_skipped_total', 'Pacing steps left out.', () => sources.media()?.ticksSkipped);
  read('gauge', 'nodes', 'Nodes of the service, this one included.', () => sources.cluster()?.nodes);
  read('gauge', 'directory_up', '1 while Redis answers.', () => {
    const cluster = sources.cluster();
    return cluster && Number(cluster.directoryUp);
  });
  read('counter', 'sessions_reported_total', 'Sessions of dead nodes.', () => sources.cluster()?.reported);
  read('counter', 'sessions_lost_total', 'Sessions that other nodes took over.', () => sources.cluster()?.lost);
  read('gauge', 'sip_dialogs', 'SIP dialogs.', () => sources.engine()?.dialogs);
  read('gauge', 'sip_pending', 'SIP requests without a final response.', () => sources.engine()?.pending);
  read('gauge', 'sip_transactions', 'SIP transactions.', () => sources.engine()?.transactions);
  read('gauge', 'sip_proxies', 'Requests being proxied.', () => sources.engine()?.proxies);
  read('gauge', 'sip_timers', 'Timers of the SIP engine.', () => sources.engine()?.timers);
  read('gauge', 'sip_connections', 'TCP connections of SIP.', () => sources.engine()?.connections);
  read('gauge', 'sip_applications', 'Applications at the SIP engine.', () => sources.engine()?.apps);
}
