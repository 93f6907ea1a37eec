import { pause } from '../../drivers/promises.ts';
import { connectEngine, type Docker, firstLine, NoEngine } from '../../engine/engine.ts';
import { createRunNetwork, isOurs, type RunNetwork } from '../../engine/network.ts';
import { composeProject, labels as labelNames, newRun, ownLabels, projectOf } from '../../engine/owner.ts';
import { sweepOrphans, sweepRun } from '../../engine/sweep.ts';
import { watchOver } from '../../engine/watcher.ts';
import { secretsOf } from '../../evidence/secrets.ts';
import { type RunningTarget, type Target, TargetError } from '../types.ts';
import { startCompose } from './compose.ts';
import { type Placement, startImage } from './image.ts';
import { keepLogs, linesOf, logsOf } from './logs.ts';
import { containerReady } from './ready.ts';
import { type ContainerSpec, loopback, type Places } from './types.ts';

const shownLines = 12;
const settleMs = 3000;

/** Where a container will be, before it is started. */
export interface Site {
  readonly places: Places;
  /**
   * Starts the container of a target whose addresses are those of `places`.
   * @throws {TargetError} it cannot be started or is not ready in time; its last lines are in `log`.
   */
  start(target: Target): Promise<RunningTarget>;
  /** Removes whatever was made. */
  dispose(): Promise<void>;
}

/**
 * Makes the network of a run. From here on a watcher removes everything should this process end without doing so.
 * @throws {TargetError} no engine answers, or its networks are not within reach.
 */
export async function prepareSite(spec: Pick<ContainerSpec, 'network'>): Promise<Site> {
  const engine = await connectEngine().catch((cause: unknown) => {
    throw cause instanceof NoEngine
      ? new TargetError(`${cause.message}, or give addresses instead of container`)
      : cause;
  });
  const docker = engine.container.dockerode;
  // What cannot be removed is no reason to judge nobody.
  await sweepOrphans(docker).catch(() => undefined);
  const run = newRun();
  const labels = ownLabels(run);
  const release = watchOver(run);
  const dispose = async (): Promise<void> => {
    await sweepRun(docker, run);
    release();
  };
  try {
    const network = spec.network === 'host' ? undefined : await networkOf(docker, run, labels);
    const places = network ? { 'suite.host': network.gateway, 'target.host': network.target } : loopback;
    return {
      places,
      start: (target) => begin(target, { engine, run, labels, ...(network && { network }) }),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function networkOf(docker: Docker, run: string, labels: Readonly<Record<string, string>>): Promise<RunNetwork> {
  const network = await createRunNetwork(docker, run, labels).catch((cause: unknown) => {
    throw new TargetError(`The engine cannot make a network: ${firstLine(cause)}`);
  });
  if (await isOurs(network.gateway)) return network;
  throw new TargetError(
    'The containers of this engine cannot be reached from here, because it runs on another machine, in a virtual one (Docker Desktop) or without root (Podman): run the suite in a container beside the target, as docs/containers.md shows, or try network: host',
  );
}

async function begin(target: Target, place: Omit<Placement, 'signal'>): Promise<RunningTarget> {
  const { container: spec } = target;
  if (spec === undefined) throw new TargetError(`${target.name} has no container`);
  const docker = place.engine.container.dockerode;
  const interrupted = onInterrupt();
  try {
    const start = spec.compose
      ? startCompose(spec, spec.compose, { ...place, signal: interrupted.signal })
      : startImage(spec, { ...place, signal: interrupted.signal });
    const id = await interrupted.orStopped(start).catch(async (error: unknown) => {
      // What the engine was asked for already comes to be before it can be removed; a download that goes on is not waited for.
      await Promise.race([start.catch(() => undefined), pause(settleMs)]);
      throw error;
    });
    const ended = endOf(docker, id, target.name);
    await interrupted.orStopped(
      containerReady(docker, id, target, spec.ready, ended).catch(async (error: unknown) => {
        if (!(error instanceof TargetError)) throw error;
        throw new TargetError(error.message, linesOf(await logsOf(docker, id, shownLines).catch(() => '')));
      }),
    );
    return running(target, spec, docker, place.run, id, ended);
  } finally {
    interrupted.end();
  }
}

function running(
  target: Target,
  spec: ContainerSpec,
  docker: Docker,
  run: string,
  id: string,
  ended: Promise<string>,
): RunningTarget {
  const label = [spec.compose ? `${composeProject}=${projectOf(run)}` : `${labelNames.run}=${run}`];
  let stopping = false;
  let directory: string | undefined;
  return {
    target,
    logs: () => [],
    died: ended.then((why) => (stopping ? new Promise<string>(() => {}) : why)),
    keepLogs: (where) => {
      directory = where;
    },
    stop: async () => {
      stopping = true;
      // One that has ended already is as good as stopped.
      await docker
        .getContainer(id)
        .stop({ t: Math.ceil(spec.stopMs / 1000) })
        .catch(() => undefined);
      if (directory !== undefined) await keepLogs(docker, label, directory, secretsOf(target));
      await sweepRun(docker, run);
    },
  };
}

/** Resolves with a sentence when the container ends. */
async function endOf(docker: Docker, id: string, name: string): Promise<string> {
  const code = await docker
    .getContainer(id)
    .wait()
    .then(({ StatusCode }: { readonly StatusCode: number }) => `with code ${StatusCode}`)
    .catch((cause: unknown) => `(${firstLine(cause)})`);
  const last = linesOf(await logsOf(docker, id, shownLines).catch(() => '')).at(-1);
  return `the container of ${name} ended ${code}${last === undefined ? '' : `; its last words: ${last}`}`;
}

/** A start may take minutes; Ctrl-C does not wait for it. */
function onInterrupt(): {
  readonly signal: AbortSignal;
  orStopped<T>(work: Promise<T>): Promise<T>;
  end(): void;
} {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new TargetError('stopped while the container was started'));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, stop);
  const stopped = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  });
  stopped.catch(() => undefined);
  return {
    signal: controller.signal,
    orStopped: (work) => Promise.race([work, stopped]),
    end: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
