import { createHash } from 'node:crypto';
import type { ContainerRuntimeClient } from 'testcontainers';
import { firstLine } from '../../engine/engine.ts';
import type { RunNetwork } from '../../engine/network.ts';
import { TargetError } from '../types.ts';
import { type ContainerSpec, loopback } from './types.ts';

/** Where a container of a run belongs. */
export interface Placement {
  readonly engine: ContainerRuntimeClient;
  readonly run: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: the network of this machine. */
  readonly network?: RunNetwork;
  /** Aborted: nothing more is made. */
  readonly signal: AbortSignal;
}

/**
 * Starts a container of an image, which is built or pulled first where that is due. Gives its id; it need not be ready yet.
 * @throws {TargetError} a sentence.
 */
export async function startImage(spec: ContainerSpec, placement: Placement): Promise<string> {
  const { engine, labels, network, signal } = placement;
  const image = spec.build ? await build(spec.build, engine) : (spec.image ?? '');
  signal.throwIfAborted();
  const { GenericContainer, Wait } = await import('testcontainers');
  class TargetContainer extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      signal.throwIfAborted();
      if (network === undefined) return;
      const place = { IPAMConfig: { IPv4Address: network.target }, Aliases: ['target'] };
      this.createOpts.NetworkingConfig = { EndpointsConfig: { [network.name]: place } };
    }
  }
  const container = new TargetContainer(image)
    .withAutoCleanup(false)
    .withNetworkMode(network?.name ?? 'host')
    .withLabels({ ...labels })
    .withEnvironment({ ...spec.env })
    .withExtraHosts([{ host: 'suite', ipAddress: network?.gateway ?? loopback['suite.host'] }])
    .withWaitStrategy(Wait.forAll([]));
  if (spec.command) container.withCommand([...spec.command]);
  for (const { to, from, content, mode } of spec.files ?? []) {
    const permissions = mode === undefined ? {} : { mode: Number.parseInt(mode, 8) };
    if (from !== undefined) container.withCopyFilesToContainer([{ source: from, target: to, ...permissions }]);
    else container.withCopyContentToContainer([{ content: content ?? '', target: to, ...permissions }]);
  }
  const started = await container.start().catch((cause: unknown) => {
    throw new TargetError(`The container of ${image} could not be started: ${firstLine(cause)}`);
  });
  return started.getId();
}

/** Builds the image of a Dockerfile; its name stays the same, so that the next build replaces it. */
async function build(spec: NonNullable<ContainerSpec['build']>, engine: ContainerRuntimeClient): Promise<string> {
  const { context, dockerfile = 'Dockerfile', target, args, network } = spec;
  const hash = createHash('sha256').update([context, dockerfile, target].join('\n')).digest('hex');
  const image = `mediaservice-target:${hash.slice(0, 12)}`;
  const docker = engine.container.dockerode;
  try {
    const stream = await docker.buildImage(
      { context, src: ['.'] },
      {
        t: image,
        dockerfile,
        forcerm: true,
        ...(target !== undefined && { target }),
        ...(args && { buildargs: { ...args } }),
        ...(network !== undefined && { networkmode: network }),
      },
    );
    const said: string[] = [];
    const progress = Promise.withResolvers<void>();
    let failed: string | undefined;
    docker.modem.followProgress(
      stream,
      (error) => (error === null ? progress.resolve() : progress.reject(error)),
      ({ stream: text, error }: { readonly stream?: string; readonly error?: string }) => {
        // The engine has answered 200 before the first step; what went wrong comes as one more piece.
        failed ??= error;
        if (text !== undefined && text.trim() !== '') said.push(text.trimEnd());
      },
    );
    await progress.promise;
    if (failed !== undefined)
      throw new TargetError(`The image of ${context} could not be built: ${failed}`, said.slice(-shownLines));
    return image;
  } catch (cause) {
    if (cause instanceof TargetError) throw cause;
    throw new TargetError(`The image of ${context} could not be built: ${firstLine(cause)}`);
  }
}

/** So many lines tell why something went wrong. */
const shownLines = 12;
