/** The reference server as it is loaded: one domain, free ports, and a log of warnings alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultTimers, freePort, serverProgram, type Target } from '@mediaservice/conformance/kit';
import { stringify } from 'yaml';
import { withParent } from './with-parent.ts';

const host = '127.0.0.1';
const domain = 'load.example';
const secret = 'domain-of-the-load-scenarios-of-the-kit';
const prefix = '+4620';
const cloudPrefix = '+4629';
const range = { first: 0, last: 99_999 };
/** Even ports carry RTP: 6000 legs, away from what `freePort` gives out below and the system above. */
const media = { firstPort: 20_000, lastPort: 31_999 };

/** Gauges of what a call uses, in the words of docs/metrics.md. */
const atRest = [
  ...['sessions', 'legs', 'connections', 'session_timers', 'callbacks_waiting', 'callbacks_under_way'],
  ...['media_endpoints', 'media_ports', 'media_players'],
  ...['sip_dialogs', 'sip_pending', 'sip_proxies', 'sip_timers', 'sip_connections'],
].map((name) => `mediaservice_${name}`);

/** What outlives a call on purpose, and for how long, ms. */
const settling = {
  mediaservice_callback_sockets: 8000,
  mediaservice_rest_sockets: 8000,
  mediaservice_sip_transactions: 34_000,
};

/** Settings of its own on free ports; `dispose` removes them and its storage. */
export async function embeddedServer(): Promise<{ target: Target; dispose(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-load-'));
  const [httpPort, sipPort, callbackPort] = [await freePort(host), await freePort(host), await freePort(host)];
  const http = `http://${host}:${httpPort}`;
  const application = `http://${host}:${callbackPort}`;
  const file = join(directory, 'mediaservice.yaml');
  await writeFile(
    file,
    stringify({
      http: { host, port: httpPort },
      sip: { listeners: [{ protocol: 'udp', host, port: sipPort }] },
      media: { address: host, ...media },
      storage: { directory: join(directory, 'data') },
      log: { level: 'warn' },
      drainSeconds: 1,
      domains: [
        {
          name: domain,
          sipHosts: [domain],
          numbers: [`${prefix}*`],
          cloudUsers: [`${cloudPrefix}*`],
          auth: { secret },
          callbacks: { baseUrl: `${application}/callbacks` },
          alarmUrl: `${application}/callbacks/alarm`,
          allowedCallbackOrigins: [application],
        },
      ],
    }),
  );
  const credentials = { kind: 'hs256', secret } as const;
  const target: Target = {
    name: 'embedded reference server',
    rest: { baseUrl: http },
    domain,
    credentials,
    sip: { host, port: sipPort, transport: 'udp' },
    callbacks: { baseUrl: `${application}/callbacks`, alarmUrl: `${application}/callbacks/alarm` },
    numbers: { prefix, ...range },
    suite: { host },
    tenants: { cloudUa: { domain, credentials, numbers: { prefix: cloudPrefix, ...range } } },
    capabilities: ['core', 'call-control', 'media', 'ivr', 'outbound', 'cloud-ua', 'prompts', 'alarms', 'metrics'],
    timers: defaultTimers,
    metrics: { url: `${http}/metrics`, atRest, settling },
    command: {
      argv: [process.execPath, ...withParent(), fileURLToPath(serverProgram()), '--config', file],
      ready: { url: `${http}/readyz`, timeoutMs: 20_000 },
      stopMs: 5000,
    },
  };
  return { target, dispose: () => rm(directory, { recursive: true, force: true }) };
}
