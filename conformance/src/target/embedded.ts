import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePort } from '../drivers/ports.ts';
import type { Engines } from './engines.ts';
import { defaultTimers } from './load.ts';
import { type Target, TargetError, type Tenant } from './types.ts';

const host = '127.0.0.1';

/** Ports and secrets of one start. */
interface Setting {
  readonly httpPort: number;
  readonly sipPort: number;
  readonly callbackPort: number;
  /** Where the emergency fallbacks call. */
  readonly alwaysPort: number;
  readonly onErrorPort: number;
  readonly directory: string;
  /** Where the server sends its calls, on `host`; absent: to whom they are for. */
  readonly outboundPort?: number;
  /** In place of its own. */
  readonly engines?: Engines;
}

/** Ports of proxies that stand on the wires: the suite is told of them instead of the server's, and the server of theirs instead of the suite's. */
export interface Through {
  readonly httpPort: number;
  readonly sipPort: number;
  readonly callbackPort: number;
  readonly outboundPort: number;
}

/** Where server and suite really are. */
export interface Places {
  readonly host: string;
  readonly httpPort: number;
  readonly sipPort: number;
  readonly callbackPort: number;
}

/** Domains of the embedded server, by role; `main` is the one that most scenarios use. */
const domains = {
  main: { name: 'conformance.example', secret: 'main-domain-of-the-conformance-suite', prefix: '+4610' },
  foreign: { name: 'foreign.example', secret: 'foreign-domain-of-the-conformance-suite', prefix: '+4611' },
  identifier: { name: 'identifier.example', secret: 'identifier-domain-of-the-conformance-suite', prefix: '+4612' },
  shortSession: { name: 'short.example', secret: 'short-session-domain-of-the-conformance-suite', prefix: '+4613' },
  silent: { name: 'silent.example', secret: 'silent-domain-of-the-conformance-suite', prefix: '+4614' },
  unreachable: { name: 'unreachable.example', secret: 'unreachable-domain-of-the-conformance-suite', prefix: '+4615' },
  fallbackAlways: { name: 'always.example', secret: 'fallback-always-domain-of-the-suite', prefix: '+4616' },
  fallbackOnError: { name: 'on-error.example', secret: 'fallback-on-error-domain-of-the-suite', prefix: '+4617' },
  shortRing: { name: 'short-ring.example', secret: 'short-ring-domain-of-the-conformance-suite', prefix: '+4618' },
} as const;
/** Numbers of the main domain whose calls the Cloud UA takes; the host of the Request-URI leads to the domain. */
const cloudPrefix = '+4619';
type Role = keyof typeof domains;
/** The site of the main domain, and its second service instance. */
const siteId = 'suite-site';
const secondInstance = 'second';
/** What it has for the suite's callees that challenge. */
const sipCredentials = { realm: 'trunk.example', username: 'the suite', password: 'opens "all" doors' };
/** Limits that a scenario can wait for. */
const shortSessionSeconds = 2;
const silenceSeconds = 2;
const shortRingSeconds = 2;

const callbackTimeoutSeconds = 2;

/** The embedded server's settings, in the words of its own configuration file. */
export function serverConfig(setting: Setting): unknown {
  const { httpPort, sipPort, callbackPort, alwaysPort, onErrorPort, directory, outboundPort, engines } = setting;
  const sink = `http://${host}:${callbackPort}`;
  const fallback = (mode: 'always' | 'onError', port: number): Record<string, unknown> => ({
    emergencyFallback: { mode, address: `sip:fallback@${host}:${port}` },
  });
  const domain = (role: Role, more: Record<string, unknown> = {}): unknown => ({
    name: domains[role].name,
    sipHosts: [domains[role].name],
    numbers: [`${domains[role].prefix}*`],
    auth: { secret: domains[role].secret },
    callbacks: { baseUrl: `${sink}/callbacks`, timeoutSeconds: callbackTimeoutSeconds, retryDelaySeconds: 0.1 },
    alarmUrl: `${sink}/alarm`,
    allowedCallbackOrigins: [sink],
    ...more,
  });
  return {
    http: { host, port: httpPort },
    sip: {
      listeners: [
        { protocol: 'udp', host, port: sipPort },
        { protocol: 'tcp', host, port: sipPort },
      ],
      ...(outboundPort !== undefined && { outboundProxy: { host, port: outboundPort } }),
    },
    media: { address: host },
    ...engineSettings(engines),
    storage: { directory },
    log: { level: 'info' },
    drainSeconds: 1,
    domains: [
      domain('main', {
        siteId,
        sipCredentials: [{ host, ...sipCredentials }],
        cloudUsers: [`${cloudPrefix}*`],
        instances: [{ id: secondInstance, baseUrl: `${sink}/${secondInstance}` }],
      }),
      domain('foreign'),
      domain('identifier', { entry: 'getCallIdentifier' }),
      domain('shortSession', { maxSessionSeconds: shortSessionSeconds }),
      domain('silent', { rtpTimeoutSeconds: silenceSeconds }),
      domain('shortRing', { maxRingSeconds: shortRingSeconds, cloudUsers: [`${domains.shortRing.prefix}*`] }),
      // Port 1 is nobody's: connections are refused at once.
      domain('unreachable', { callbacks: { baseUrl: `http://${host}:1`, timeoutSeconds: callbackTimeoutSeconds } }),
      domain('fallbackAlways', fallback('always', alwaysPort)),
      domain('fallbackOnError', fallback('onError', onErrorPort)),
    ],
  };
}

/** In the words of its configuration file. */
function engineSettings({ drachtio, freeswitch }: Engines = {}): Record<string, unknown> {
  const { directory, ...at } = freeswitch ?? {};
  return {
    ...(drachtio && { drachtio: { servers: [{ host: drachtio.host, port: drachtio.port, secret: drachtio.secret }] } }),
    ...(freeswitch && { freeswitch: { servers: [at], ...(directory !== undefined && { directory }) } }),
  };
}

/** Gauges of the embedded server that stand for something a call uses; see its list of metrics. */
const atRest = [
  ...['sessions', 'legs', 'connections', 'session_timers', 'callbacks_waiting', 'callbacks_under_way'],
  ...['media_endpoints', 'media_ports', 'media_players'],
  ...['sip_dialogs', 'sip_pending', 'sip_proxies', 'sip_timers', 'sip_connections'],
].map((name) => `mediaservice_${name}`);

/** And those that outlive a call: idle connections are closed after some seconds, transactions end after 64·T1. */
const settling = {
  mediaservice_callback_sockets: 8000,
  mediaservice_rest_sockets: 8000,
  mediaservice_sip_transactions: 34_000,
};

const isSip = (gauge: string): boolean => gauge.startsWith('mediaservice_sip_');
const withoutSip = (gauges: readonly string[]): string[] => gauges.filter((each) => !isSip(each));

/** What the embedded server claims to do, in the words of the catalogue. */
const capabilities = [
  'core',
  'call-control',
  'httpcall',
  'media',
  'ivr',
  'ivr-record',
  'tts',
  'outbound',
  'recording',
  'recording-mp3',
  'monitoring',
  'cloud-ua',
  'in-routing',
  'prompts',
  'alarms',
  'background',
  'fallback',
  'session-timers',
  'reliable-provisional',
  'tcp',
  'sip-info-dtmf',
  'in-band-dtmf',
  'echo',
  'metrics',
  'digest-auth',
  'hybrid',
  'multi-service',
];

function nameOf({ drachtio, freeswitch }: Engines = {}): string {
  const elsewhere = [drachtio && 'drachtio-server', freeswitch && 'FreeSWITCH'].filter((each) => each !== undefined);
  return elsewhere.length === 0 ? 'embedded reference server' : `reference server on ${elsewhere.join(' and ')}`;
}

/**
 * The reference server as a target: started as a process with settings of its own on free ports, like anybody else's.
 * `dispose` removes its settings and storage.
 */
export async function embeddedTarget(
  through?: Through,
  engines?: Engines,
): Promise<{ target: Target; places: Places; dispose(): Promise<void> }> {
  const server = fileURLToPath(program());
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-target-'));
  const [httpPort = 0, sipPort = 0, callbackPort = 0, alwaysPort = 0, onErrorPort = 0] = await Promise.all(
    Array.from({ length: 5 }, () => freePort(host)),
  );
  const file = join(directory, 'mediaservice.yaml');
  await writeFile(
    file,
    stringify(
      serverConfig({
        ...{ httpPort, sipPort, callbackPort, alwaysPort, onErrorPort, directory: join(directory, 'data') },
        ...(through && { callbackPort: through.callbackPort, outboundPort: through.outboundPort }),
        ...(engines && { engines }),
      }),
    ),
  );
  const http = `http://${host}:${through?.httpPort ?? httpPort}`;
  const sink = `http://${host}:${callbackPort}`;
  const range = { first: 0, last: 99_999 };
  const ownSip = engines?.drachtio === undefined;
  const tenant = (role: Role): Tenant => ({
    domain: domains[role].name,
    credentials: { kind: 'hs256', secret: domains[role].secret },
    numbers: { prefix: domains[role].prefix, ...range },
  });
  const target: Target = {
    name: nameOf(engines),
    rest: { baseUrl: http },
    domain: domains.main.name,
    credentials: { kind: 'hs256', secret: domains.main.secret },
    sip: { ...(engines?.drachtio?.sip ?? { host, port: through?.sipPort ?? sipPort }), transport: 'udp' },
    callbacks: { baseUrl: `${sink}/callbacks`, alarmUrl: `${sink}/alarm` },
    numbers: { prefix: domains.main.prefix, ...range },
    suite: { host },
    tenants: {
      foreign: tenant('foreign'),
      byNumber: tenant('foreign'),
      identifier: tenant('identifier'),
      shortSession: tenant('shortSession'),
      silent: tenant('silent'),
      shortRing: tenant('shortRing'),
      unreachable: tenant('unreachable'),
      fallbackAlways: { ...tenant('fallbackAlways'), fallbackPort: alwaysPort },
      fallbackOnError: { ...tenant('fallbackOnError'), fallbackPort: onErrorPort },
      cloudUa: { ...tenant('main'), numbers: { prefix: cloudPrefix, ...range } },
    },
    siteId,
    sipCredentials,
    mediaservice: { id: secondInstance, baseUrl: `${sink}/${secondInstance}` },
    capabilities,
    timers: { ...defaultTimers, callbackTimeoutMs: callbackTimeoutSeconds * 1000 },
    metrics: {
      url: `${http}/metrics`,
      atRest: ownSip ? atRest : withoutSip(atRest),
      settling: ownSip ? settling : Object.fromEntries(Object.entries(settling).filter(([name]) => !isSip(name))),
      began: 'mediaservice_calls_total',
      ended: 'mediaservice_session_seconds_count',
    },
    command: {
      argv: [process.execPath, server, '--config', file],
      ready: { url: `http://${host}:${httpPort}/readyz`, timeoutMs: 20_000 },
      stopMs: 5000,
    },
  };
  const dispose = (): Promise<void> => rm(directory, { recursive: true, force: true });
  return { target, places: { host, httpPort, sipPort, callbackPort }, dispose };
}

/**
 * The server's program as its package names it; resolved, never imported.
 * @throws {TargetError} the package is not there, as in the image of the suite.
 */
export function program(resolve: (name: string) => string = (name) => import.meta.resolve(name)): string {
  try {
    return resolve('@mediaservice/reference-server/bin');
  } catch {
    throw new TargetError('The reference server is not installed beside the suite: name a target file with --target');
  }
}
