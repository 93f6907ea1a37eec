/** The whole reference server as users start it, with an application of its own for one domain. */
import { createSocket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Child, startChild } from '../children.ts';
import type { Seen } from '../ivr/protocol.ts';
import { freePort, freeTcpPort } from '../setting.ts';

export interface IvrServer {
  readonly server: Child;
  readonly application: Child;
  readonly sipPort: number;
  readonly httpPort: number;
  /** Where its callers say that their RTP is: bound, so that what comes is not sent back as unreachable. */
  readonly farPort: number;
  /** What the application has seen since this was asked last. */
  seen(): Promise<Seen>;
  /** Resident memory of the server in bytes. */
  memory(): number;
  close(): Promise<void>;
}

/** RTP and RTCP ports of 5,000 calls. */
const STARTS_WITHIN_MS = 15_000;
const MEDIA = { first: 10_000, last: 19_999 };

/** `folder` takes its settings, its data and its log. `flags` are for node. */
export async function startIvr(folder: string, flags: readonly string[] = []): Promise<IvrServer> {
  const bench = join(import.meta.dirname, '..');
  const application = startChild(process.execPath, [join(bench, 'ivr', 'application.ts')], { measured: true });
  const [baseUrl = ''] = await application.until(() => true);
  const far = await sink();
  const [sipPort, httpPort] = [await freePort(), await freeTcpPort()];
  const settings = join(folder, 'server.yaml');
  writeFileSync(
    settings,
    [
      `http: { host: 127.0.0.1, port: ${httpPort} }`,
      `sip: { listeners: [{ protocol: udp, host: 127.0.0.1, port: ${sipPort} }] }`,
      `media: { address: 127.0.0.1, firstPort: ${MEDIA.first}, lastPort: ${MEDIA.last} }`,
      'storage: { directory: data }',
      'domains:',
      `  - { name: bench.example, sipHosts: [127.0.0.1], callbacks: { baseUrl: "${baseUrl}" }, rtpTimeoutSeconds: 3600 }`,
      '',
    ].join('\n'),
  );
  const program = join(bench, '..', 'src', 'bin.ts');
  const server = startChild(process.execPath, [...flags, program, '--config', settings], {
    measured: true,
    signal: 'SIGTERM',
    output: join(folder, 'server.log'),
  });
  await ready(httpPort);
  return {
    server,
    application,
    sipPort,
    httpPort,
    farPort: far.port,
    seen: async () => {
      application.write('\n');
      const [said = ''] = await application.until(() => true);
      return JSON.parse(said) as Seen;
    },
    memory: () => {
      const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024;
    },
    close: async () => {
      await server.close();
      await application.close();
      far.close();
    },
  };
}

/** @throws {Error} when it does not come up. */
async function ready(port: number): Promise<void> {
  const until = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    if (performance.now() > until) throw new Error('the server does not come up');
    await delay(50);
  }
}

/** A UDP socket that takes whatever comes. */
async function sink(): Promise<{ readonly port: number; close(): void }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  return { port: socket.address().port, close: () => socket.close() };
}
