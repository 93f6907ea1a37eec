import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectEngine, type Docker, firstLine, NoEngine } from '../../engine/engine.ts';
import { newRun, ownLabels } from '../../engine/owner.ts';
import { sweepOrphans, sweepRun } from '../../engine/sweep.ts';
import { watchOver } from '../../engine/watcher.ts';
import { files } from './arguments.ts';
import type { Launcher } from './launcher.ts';
import { SippUnavailable } from './types.ts';

const context = fileURLToPath(new URL('../../../docker/', import.meta.url));
const dockerfile = 'sipp.Dockerfile';
/** The container ends by itself should even the watcher be killed before it can remove it. */
const longestRunSeconds = 3600;

/**
 * SIPp in one container that has the host's network and sees the legs' directory under the same path.
 * @throws {SippUnavailable} when no container engine answers or the image cannot be built.
 */
export async function containerLauncher(root: string): Promise<Launcher> {
  // Loaded only here: a local run needs neither the package's start-up time nor an engine.
  const { GenericContainer, ImageName } = await import('testcontainers');
  const client = await connectEngine().catch((cause: unknown) => {
    throw cause instanceof NoEngine ? new SippUnavailable(`${cause.message}, or use RUNNER=local`) : cause;
  });
  const docker = client.container.dockerode;
  // What cannot be removed is no reason to judge nobody.
  await sweepOrphans(docker).catch(() => undefined);
  const tag = createHash('sha256')
    .update(await readFile(join(context, dockerfile)))
    .digest('hex')
    .slice(0, 12);
  const image = `mediaservice-sipp:${tag}`;
  if (!(await client.image.exists(ImageName.fromString(image)))) {
    await client.image.build(context, { t: image, dockerfile, networkmode: 'host' }).catch((cause: unknown) => {
      throw new SippUnavailable(`The container image of SIPp could not be built: ${firstLine(cause)}`);
    });
  }
  const run = newRun();
  const release = watchOver(run);
  const container = await new GenericContainer(image)
    .withAutoCleanup(false)
    .withLabels(ownLabels(run))
    .withNetworkMode('host')
    .withUser(await userOf(docker))
    .withBindMounts([{ source: root, target: root, mode: 'rw' }])
    .withCommand(['sleep', String(longestRunSeconds)])
    .start()
    .catch(async (cause: unknown) => {
      await sweepRun(docker, run);
      release();
      throw new SippUnavailable(`The container of SIPp could not be started: ${firstLine(cause)}`);
    });
  const running = new Set<Promise<unknown>>();
  return {
    kind: 'docker',
    launch: async (args, directory) => {
      const pid = join(directory, files.pid);
      // The shell leaves its process id and becomes SIPp: an exec has no handle by which it could be ended.
      const script = `echo $$ > '${pid}'; exec sipp "$@" > /dev/null 2>&1`;
      const exited = container
        .exec(['sh', '-c', script, 'sipp', ...args], { workingDir: directory, env: { TZ: 'UTC', TERM: 'dumb' } })
        .then(
          () => undefined,
          (cause: unknown) => `SIPp could not be started in its container: ${firstLine(cause)}`,
        );
      running.add(exited);
      void exited.then(() => running.delete(exited));
      const kill = (signal: 'SIGTERM' | 'SIGKILL'): void => {
        // Gone already is as good as ended.
        void container.exec(['sh', '-c', `kill -${signal.slice(3)} "$(cat '${pid}')"`]).catch(() => {});
      };
      return { exited, kill };
    },
    close: async () => {
      await container.stop({ timeout: 1 });
      await Promise.all(running);
      release();
    },
  };
}

/** SIPp needs no privileges: it is our own user, who owns the files. An engine without root makes its root that user. */
async function userOf(docker: Docker): Promise<string> {
  const { SecurityOptions: options } = (await docker.info()) as { readonly SecurityOptions?: readonly string[] };
  const rootless = options?.some((option) => option.includes('rootless')) === true;
  return rootless ? '0:0' : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
}
