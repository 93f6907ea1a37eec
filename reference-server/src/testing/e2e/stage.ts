/** A whole server on free ports, a customer application and telephones: what every end-to-end test plays on. */

import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintToken } from '../../api/token.ts';
import { loadConfig } from '../../config/load.ts';
import { createServer, type Server } from '../../main.ts';
import { createLog } from '../../observability/log.ts';
import type { Parts } from '../../parts.ts';
import type { Json } from '../../session/json.ts';
import { startWebhookApp, type WebhookApp } from '../webhook-app.ts';
import { type Phones, startPhones } from './phone.ts';

export const domain = 'e2e.example';
/** Numbers that start with 7 are served by an IN (D-ENTRY); those with 1 are of `domain` (19: its Cloud UA), all others of nobody. */
export const identifierDomain = 'in.e2e.example';

export interface Stage {
  readonly server: Server;
  readonly app: WebhookApp;
  readonly phones: Phones;
  /** SIP URI of a number of the domain. */
  uri(number: string): string;
  rest(operation: string, body: Readonly<Record<string, Json>>): Promise<{ status: number; body: Json }>;
  putPrompt(name: string, bytes: Uint8Array<ArrayBuffer>, tenant?: string): Promise<number>;
  /** A prompt or recording of the domain; rejects when it is not there. */
  getPrompt(name: string): Promise<Uint8Array>;
  /** Gauges of /metrics that are not 0 although nothing goes on; empty when the server is quiet. */
  unrest(): Promise<string[]>;
  /** Log lines of level warn and above. */
  readonly complaints: Record<string, unknown>[];
  close(): Promise<void>;
}

export interface StageOptions {
  /** SIP servers that the stage connects to instead of starting its own engine; calls go to the first. */
  readonly drachtio?: readonly { readonly host: string; readonly port: number; readonly secret: string }[];
  /** `host:port` that SIP reaches the stage at when it has no engine of its own. */
  readonly sip?: string;
  /** FreeSWITCHes that make its media. */
  readonly freeswitch?: readonly { readonly host: string; readonly port: number; readonly secret: string }[];
  /** In place of those of production. */
  readonly parts?: Partial<Parts>;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-e2e-'));
  const app = await startWebhookApp();
  const phones = await startPhones();
  const firstPort = await freeEvenPort();
  const common = { callbacks: { baseUrl: app.url, timeoutSeconds: 2 }, alarmUrl: `${app.url}/alarm` };
  const { config } = await loadConfig({
    environment: {},
    overrides: [
      { option: 'test', path: ['http', 'port'], value: 0 },
      {
        option: 'test',
        path: ['sip', 'listeners'],
        value: (['udp', 'tcp'] as const).map((protocol) => ({ protocol, host: '127.0.0.1', port: 0 })),
      },
      { option: 'test', path: ['media', 'firstPort'], value: firstPort },
      { option: 'test', path: ['media', 'lastPort'], value: firstPort + 39 },
      { option: 'test', path: ['drachtio', 'servers'], value: options.drachtio ?? [] },
      { option: 'test', path: ['freeswitch', 'servers'], value: options.freeswitch ?? [] },
      { option: 'test', path: ['freeswitch', 'directory'], value: join(directory, 'freeswitch') },
      { option: 'test', path: ['trustedPeers'], value: ['127.0.0.1'] },
      { option: 'test', path: ['storage', 'directory'], value: directory },
      {
        option: 'test',
        path: ['domains'],
        value: [
          { ...common, name: domain, numbers: ['1*'], cloudUsers: ['19*'] },
          { ...common, name: identifierDomain, numbers: ['7*'], entry: 'getCallIdentifier' },
        ],
      },
    ],
  });
  const complaints: Record<string, unknown>[] = [];
  const log = createLog('warn', { write: (line) => complaints.push(JSON.parse(line)) });
  const server = await createServer(config, { ...options.parts, log: () => log });
  const token = await mintToken(config, domain, 600, new Date());
  const url = `http://127.0.0.1:${server.addresses.http.port}`;
  const sip = server.addresses.sip.find(({ protocol }) => protocol === 'udp');

  return {
    server,
    app,
    phones,
    complaints,
    uri: (number) => `sip:${number}@${options.sip ?? `127.0.0.1:${sip?.port}`}`,
    async rest(operation, body) {
      const response = await fetch(`${url}/${domain}/${operation}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Json };
    },
    async putPrompt(name, bytes, tenant = domain) {
      const bearer = await mintToken(config, tenant, 600, new Date());
      const response = await fetch(`${url}/${tenant}/promptfile/${name}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'audio/wav' },
        body: bytes,
      });
      return response.status;
    },
    async getPrompt(name) {
      const response = await fetch(`${url}/${domain}/promptfile/${name}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      if (!response.ok) throw new Error(`GET of ${name}: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    async unrest() {
      const text = await (await fetch(`${url}/metrics`)).text();
      const quiet = ['sessions', 'legs', 'connections', 'session_timers', 'callbacks_waiting', 'callbacks_under_way'];
      const media = ['media_endpoints', 'media_ports', 'media_players', 'sip_dialogs', 'sip_pending'];
      return text
        .split('\n')
        .filter((line) => [...quiet, ...media].some((name) => line.startsWith(`mediaservice_${name} `)))
        .filter((line) => !line.endsWith(' 0'));
    },
    async close() {
      await server.close();
      await phones.close();
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An even port with free ones above it, as far as one socket can tell. */
async function freeEvenPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return Math.min(port & ~1, 65_000);
}
