/** A drachtio-server that is no stand-in, started for a test so that it can kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freePorts } from '../../media/testing/free-ports.ts';
import type { ServerAddress } from '../server.ts';

/** `drachtio`, or what starts it with these arguments and `exec`. */
const program = process.env.MEDIASERVICE_TEST_DRACHTIO_PROGRAM ?? '';
const START_MS = 15_000;

/** Why tests that start one are skipped; undefined: they can be played. */
export const noProgram: string | undefined =
  program === '' ? 'MEDIASERVICE_TEST_DRACHTIO_PROGRAM names no drachtio-server' : undefined;

export interface DrachtioServer {
  /** Where applications connect. */
  readonly at: ServerAddress;
  /** Where it takes SIP, `host:port`. */
  readonly sip: string;
  /** Resolves when applications can connect. */
  start(): Promise<void>;
  /** As if it had crashed; `start` brings it back at the same place. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export async function startDrachtioServer(): Promise<DrachtioServer> {
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-drachtio-'));
  const first = await freePorts(2);
  const at: ServerAddress = { host: '127.0.0.1', port: first + 1, secret: 'cymru' };
  const settings = join(directory, 'drachtio.xml');
  const admin = `<admin port="${at.port}" secret="${at.secret}">${at.host}</admin>`;
  await writeFile(settings, `<drachtio>${admin}<logging><loglevel>error</loglevel></logging></drachtio>`);
  const contact = `sip:${at.host}:${first};transport=udp,tcp`;
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const server: DrachtioServer = {
    ...{ at, sip: `${at.host}:${first}` },
    async start() {
      const where = ['--address', at.host, '--port', `${at.port}`, '--secret', at.secret, '--contact', contact];
      const started = spawn(program, ['--file', settings, ...where, '--loglevel', 'error'], { stdio: 'ignore' });
      child = started;
      ended = new Promise((resolve) => started.once('close', resolve));
      const died = ended.then(() => Promise.reject(new Error(`${program} ended with code ${started.exitCode}`)));
      died.catch(() => undefined);
      await Promise.race([died, listening(at.port)]);
    },
    async kill() {
      child?.kill('SIGKILL');
      await ended;
    },
    async close() {
      await server.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

async function listening(port: number): Promise<void> {
  const end = performance.now() + START_MS;
  while (!(await accepts(port))) {
    if (performance.now() > end) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
