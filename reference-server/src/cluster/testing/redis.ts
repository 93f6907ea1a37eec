/** A Redis of a test's own: on a free loopback port, without persistence. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = 'redis-server';

/** Why tests with Redis cannot be played here; undefined: they can. */
export const noRedis: string | undefined =
  spawnSync(program, ['--version']).status === 0
    ? undefined
    : 'redis-server is not installed here (Debian, Ubuntu: apt install redis-server)';

export interface Redis {
  readonly host: string;
  readonly port: number;
  /** As if it had crashed; `start` brings an empty one back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stands still: connections stay, nothing is answered. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export async function startRedis(): Promise<Redis> {
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-redis-'));
  const host = '127.0.0.1';
  const port = await freePort(host);
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const redis: Redis = {
    host,
    port,
    async start() {
      const options = ['--bind', host, '--port', `${port}`, '--save', '', '--appendonly', 'no', '--dir', directory];
      const started = spawn(program, options, { stdio: 'ignore' });
      child = started;
      ended = new Promise((resolve) => started.once('close', resolve));
      const died = ended.then(() => Promise.reject(new Error(`${program} ended with code ${started.exitCode}`)));
      await Promise.race([died, answers(host, port)]);
      died.catch(() => undefined);
    },
    async stop() {
      child?.kill('SIGKILL');
      await ended;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async close() {
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

function freePort(host: string): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Tries until a PING is answered. */
async function answers(host: string, port: number): Promise<void> {
  for (;;) {
    const pong = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host, () => socket.write('PING\r\n'));
      socket.once('data', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (pong) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
