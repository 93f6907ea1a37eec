/** A FreeSWITCH of a test's own, with the configuration that is deployed, so that a test can kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freePorts } from '../../testing/free-ports.ts';
import type { FreeSwitchAddress } from '../options.ts';
import { ask, probe } from '../probe.ts';

/** `freeswitch`, or what starts it with these arguments and `exec`. */
const program = process.env.MEDIASERVICE_TEST_FREESWITCH_PROGRAM ?? '';
const configuration = new URL('../../../../deploy/freeswitch', import.meta.url).pathname;
/** At once, of each. */
const LEGS = 64;
const START_MS = 30_000;

/** Why tests that start one are skipped; undefined: they can be played. */
export const noProgram: string | undefined =
  program === '' ? 'MEDIASERVICE_TEST_FREESWITCH_PROGRAM names no FreeSWITCH' : undefined;

export interface FreeSwitch {
  readonly at: FreeSwitchAddress;
  command(text: string): Promise<string>;
  /** How many there are. */
  channels(): Promise<number>;
  /** Whether this description of a leg is one of its own. */
  made(sdp: string): boolean;
  /** Resolves when it can be used. */
  start(): Promise<void>;
  /** As if it had crashed; `start` brings it back at the same place. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export async function startFreeSwitch(): Promise<FreeSwitch> {
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-freeswitch-'));
  const first = await freePorts(2 + 2 * LEGS);
  const at: FreeSwitchAddress = {
    ...{ host: '127.0.0.1', port: first + 1, secret: 'ClueCon', profile: 'drachtio_mrf' },
    ...{ listenAddress: '127.0.0.1', listenPort: 0 },
  };
  const places = ['-conf', configuration, '-log', directory, '-db', directory, '-run', directory];
  const environment = {
    MEDIASERVICE_FS_SIP_PORT: `${first}`,
    MEDIASERVICE_FS_SOCKET_PORT: `${at.port}`,
    MEDIASERVICE_FS_FIRST_PORT: `${first + 2}`,
    MEDIASERVICE_FS_LAST_PORT: `${first + 1 + 2 * LEGS}`,
  };
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const freeSwitch: FreeSwitch = {
    at,
    command: (text) => ask(at, text),
    channels: async () => Number.parseInt(await ask(at, 'show channels count'), 10) || 0,
    made(sdp) {
      const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
      return port >= first && port < first + 2 + 2 * LEGS;
    },
    async start() {
      const env = { ...process.env, ...environment };
      const started = spawn(program, ['-nonat', '-nf', '-nc', ...places], { cwd: directory, env, stdio: 'ignore' });
      child = started;
      ended = new Promise((resolve) => started.once('close', resolve));
      const died = ended.then(() => Promise.reject(new Error(`${program} ended with code ${started.exitCode}`)));
      died.catch(() => undefined);
      await Promise.race([died, usable(at)]);
    },
    async kill() {
      child?.kill('SIGKILL');
      await ended;
    },
    async close() {
      await freeSwitch.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await freeSwitch.start();
  return freeSwitch;
}

/** Asks until it says that it can be used. Rejects with what is missing when that takes too long. */
async function usable(at: FreeSwitchAddress): Promise<void> {
  const end = performance.now() + START_MS;
  for (;;) {
    const missing = await probe(at).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (missing === undefined) return;
    if (performance.now() > end) throw missing;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
