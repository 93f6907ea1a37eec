/** What every part of the bench works with. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from './generator.ts';
import type { Options } from './options.ts';
import type { Skipped } from './report.ts';

export interface Setting {
  readonly options: Options;
  /** Folder of the compiled programs. */
  readonly cache: string;
  readonly load: Load;
  /** A line of progress. */
  readonly say: (text: string) => void;
  readonly skipped: Skipped[];
}

/** A UDP port that is free at the moment. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** A TCP port that is free at the moment. */
export function freeTcpPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Where the far ends are: below the ports that the system hands out, the RTP port and the one above it. */
export async function farPort(): Promise<number> {
  for (;;) {
    const port = 26_000 + 2 * Math.floor(Math.random() * 2900);
    const free = await Promise.all([port, port + 1].map(isFree));
    if (free.every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** Nobody has this address and port for anything else. */
const LOCK = { address: '127.16.255.254', port: 25_998 } as const;
const LOOK_AGAIN_MS = 500;

/** One bench at a time on a machine: two would measure each other. Waits for the other one; holds until the process ends. */
export async function alone(say: (text: string) => void): Promise<void> {
  for (let tries = 0; ; tries++) {
    const socket = createSocket('udp4');
    const got = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false));
      socket.bind({ ...LOCK, exclusive: true }, () => resolve(true));
    });
    if (got) {
      socket.unref();
      return;
    }
    socket.close();
    if (tries === 0) say('another bench is running: waiting for its end');
    await delay(LOOK_AGAIN_MS);
  }
}
