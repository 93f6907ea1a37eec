/**
 * drachtio-server and FreeSWITCH in containers of their public images, on the network of this machine: for STACK=drachtio
 * where no addresses are given. They carry the labels of a run, and go with it however it ends.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../drivers/ports.ts';
import { connectEngine, firstLine, NoEngine } from '../engine/engine.ts';
import { newRun, ownLabels } from '../engine/owner.ts';
import { sweepOrphans, sweepRun } from '../engine/sweep.ts';
import { watchOver } from '../engine/watcher.ts';
import { program } from './embedded.ts';
import type { Engines } from './engines.ts';
import { TargetError } from './types.ts';

const IMAGES = {
  drachtio: 'drachtio/drachtio-server:0.9.10',
  freeswitch: 'drachtio/drachtio-freeswitch-mrf:latest',
} as const;
const host = '127.0.0.1';
/** Where FreeSWITCH finds its configuration. */
const CONFIGURATION = '/etc/mediaservice';

interface Setting {
  readonly secret: string;
  /** Seen by FreeSWITCH and server under the same path. */
  readonly directory: string;
  readonly ports: {
    readonly drachtio: number;
    readonly sip: number;
    readonly socket: number;
    readonly media: number;
  };
}

interface ContainerWish {
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** From here to there. */
  readonly mounts: readonly (readonly [source: string, target: string])[];
}

/** What is asked of the engine, and the addresses that follow of it. */
export function engineWishes(
  { secret, directory, ports }: Setting,
  configuration: string,
): { readonly containers: readonly ContainerWish[]; readonly engines: Engines } {
  const freeswitch = `exec freeswitch -nonat -nf -nc -conf ${CONFIGURATION} -log /tmp -db /tmp -run /tmp`;
  return {
    containers: [
      {
        image: IMAGES.drachtio,
        command: [
          ...['drachtio', '--contact', `sip:${host}:${ports.sip};transport=udp,tcp`, '--loglevel', 'notice'],
          ...['--address', host, '--port', String(ports.drachtio), '--secret', secret],
        ],
        env: {},
        mounts: [],
      },
      {
        image: IMAGES.freeswitch,
        // The server removes what was played and stored.
        command: ['sh', '-c', `umask 0; ${freeswitch}`],
        env: {
          MEDIASERVICE_FS_SECRET: secret,
          MEDIASERVICE_FS_SOCKET_PORT: String(ports.socket),
          MEDIASERVICE_FS_SIP_PORT: String(ports.media),
        },
        mounts: [
          [configuration, CONFIGURATION],
          [directory, directory],
        ],
      },
    ],
    engines: {
      drachtio: { host, port: ports.drachtio, secret, sip: { host, port: ports.sip } },
      freeswitch: { host, port: ports.socket, secret, directory },
    },
  };
}

/** What helps where the containers are not to be had. */
const otherwise = 'or name engines that run: DRACHTIO_AT and FREESWITCH_AT';

/**
 * Starts both. They need not be ready: the server waits for them.
 * @throws {TargetError} no engine of containers answers, or it cannot start them.
 */
export async function startEngines(
  connect: typeof connectEngine = connectEngine,
): Promise<{ readonly engines: Engines; dispose(): Promise<void> }> {
  const engine = await connect().catch((cause: unknown) => {
    throw cause instanceof NoEngine ? new TargetError(`${cause.message}, ${otherwise}`) : cause;
  });
  const docker = engine.container.dockerode;
  await sweepOrphans(docker).catch(() => undefined);
  const run = newRun();
  const release = watchOver(run);
  const directory = await mkdtemp(join(tmpdir(), 'mediaservice-engines-'));
  const dispose = async (): Promise<void> => {
    await sweepRun(docker, run);
    release();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await chmod(directory, 0o777);
    const [drachtio = 0, sip = 0, socket = 0, media = 0] = await Promise.all(
      Array.from({ length: 4 }, () => freePort(host)),
    );
    const secret = randomBytes(12).toString('hex');
    const configuration = join(dirname(fileURLToPath(program())), '..', 'deploy', 'freeswitch');
    const { containers, engines } = engineWishes(
      { secret, directory, ports: { drachtio, sip, socket, media } },
      configuration,
    );
    const labels = ownLabels(run);
    await Promise.all(containers.map((each) => startContainer(each, labels)));
    return { engines, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Starts one, its image pulled first if it is not there. @throws {TargetError} it cannot be started. */
export async function startContainer(
  { image, command, env, mounts }: ContainerWish,
  labels: Record<string, string>,
): Promise<void> {
  const { GenericContainer, Wait } = await import('testcontainers');
  await new GenericContainer(image)
    .withAutoCleanup(false)
    .withNetworkMode('host')
    .withLabels(labels)
    .withEnvironment({ ...env })
    .withCommand([...command])
    .withBindMounts(mounts.map(([source, target]) => ({ source, target })))
    .withWaitStrategy(Wait.forAll([]))
    .start()
    .catch((cause: unknown) => {
      throw new TargetError(
        `The container of ${image} could not be started: ${firstLine(cause)}; load its image, ${otherwise}`,
      );
    });
}
