/** Several nodes as processes of their own, with a Redis between them, an application and telephones. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { type Redis, startRedis } from '../../cluster/testing/redis.ts';
import { freePorts } from '../../media/testing/free-ports.ts';
import type { Json } from '../../session/json.ts';
import { startWebhookApp, type WebhookApp } from '../webhook-app.ts';
import { type Phones, startPhones } from './phone.ts';

const program = new URL('../../bin.ts', import.meta.url).pathname;
const domain = 'nodes.example';
const secret = 'the secret of the domain, long enough';
/** Legs at once that a node has ports for. */
const legs = 64;

export interface Node {
  /** SIP URI of a number of the domain at this node. */
  uri(number: string): string;
  rest(operation: string, body: Readonly<Record<string, Json>>): Promise<{ status: number; body: Json }>;
  /** Value of a line of /metrics, labels included in its name. */
  metric(name: string): Promise<number>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code; null after a signal that cannot be caught. */
  readonly ended: Promise<number | null>;
  /** Log lines of level warn and above. */
  complaints(): Record<string, unknown>[];
}

export interface Nodes {
  readonly redis: Redis;
  readonly app: WebhookApp;
  readonly phones: Phones;
  start(): Promise<Node>;
  close(): Promise<void>;
}

export async function openNodes(): Promise<Nodes> {
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-nodes-'));
  const redis = await startRedis();
  const app = await startWebhookApp();
  const phones = await startPhones();
  const running: { child: ChildProcess; ended: Promise<number | null> }[] = [];
  const key = new TextEncoder().encode(secret);
  const token = await new SignJWT({ domain }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(key);

  const start = async (): Promise<Node> => {
    const firstPort = await freePorts(2 * legs);
    const settings = {
      http: { port: 0 },
      sip: { listeners: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }] },
      media: { firstPort, lastPort: firstPort + 2 * legs - 1 },
      storage: { directory: join(directory, `node-${running.length}`) },
      log: { level: 'warn' },
      drainSeconds: 0,
      cluster: { redis: { host: redis.host, port: redis.port }, secret: 'what the nodes of this test share' },
      domains: [
        {
          name: domain,
          numbers: ['1*'],
          cloudUsers: ['19*'],
          auth: { secret },
          callbacks: { baseUrl: app.url },
          alarmUrl: `${app.url}/alarm`,
        },
      ],
    };
    // JSON is YAML.
    const file = join(directory, `node-${running.length}.yaml`);
    await writeFile(file, JSON.stringify(settings));
    const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('MEDIASERVICE_'));
    const child = spawn(process.execPath, [program, '--config', file], { env: Object.fromEntries(environment) });
    const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    running.push({ child, ended });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    const banner = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stderr.on('data', (chunk) => {
        text += chunk;
        if (/ready after(.|\n)*\n {2}domain/.test(text)) resolve(text);
      });
      void ended.then((code) => reject(new Error(`a node ended with code ${code}: ${text}`)));
    });
    const http = /REST API +(\S+)/.exec(banner)?.[1] ?? '';
    const sip = /udp:(\S+)/.exec(banner)?.[1] ?? '';
    return {
      uri: (number) => `sip:${number}@${sip}`,
      async rest(operation, body) {
        const response = await fetch(`${http}/${domain}/${operation}`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        });
        return { status: response.status, body: (await response.json()) as Json };
      },
      async metric(name) {
        const text = await (await fetch(`${http}/metrics`)).text();
        const line = text.split('\n').find((each) => each.startsWith(`mediaservice_${name} `));
        return Number(line?.split(' ').at(-1) ?? Number.NaN);
      },
      signal: (signal) => void child.kill(signal),
      ended,
      complaints: () =>
        out
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line) as Record<string, unknown>),
    };
  };

  return {
    redis,
    app,
    phones,
    start,
    async close() {
      // First what would go on without this process.
      for (const { child, ended } of running) {
        child.kill('SIGKILL');
        await ended;
      }
      await redis.close();
      await phones.close();
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
