import type { ContainerRuntimeClient } from 'testcontainers';
import { connectEngine, type Docker } from '../engine.ts';
import { composeProject, labels, projectOf } from '../owner.ts';

/** The engine of this machine; undefined where none answers, and the tests that need one are skipped. */
export const engine: ContainerRuntimeClient | undefined = await connectEngine().catch(() => undefined);

/** The engine, in tests that are skipped without one. */
export function docker(): Docker {
  if (engine === undefined) throw new Error('no container engine answers: this test should have been skipped');
  return engine.container.dockerode;
}

/** A small image that is there: the base of our own. Undefined: none is, and none can be pulled here. */
export const image: string | undefined = await anyImage();

async function anyImage(): Promise<string | undefined> {
  const there = (await engine?.container.dockerode.listImages()) ?? [];
  const tags = there.flatMap(({ RepoTags }) => RepoTags ?? []);
  return ['debian:bookworm-slim', 'node:24-bookworm-slim'].find((name) => tags.includes(name));
}

/** Names of all that carries labels of a run. */
export async function leftOf(run: string): Promise<string[]> {
  const found: string[] = [];
  for (const label of [`${labels.run}=${run}`, `${composeProject}=${projectOf(run)}`]) {
    const filters = { label: [label] };
    for (const { Id } of await docker().listContainers({ all: true, filters })) found.push(`container ${Id}`);
    for (const { Name } of await docker().listNetworks({ filters })) found.push(`network ${Name}`);
    for (const { Name } of (await docker().listVolumes({ filters })).Volumes) found.push(`volume ${Name}`);
  }
  return found;
}

/** Everything that the engine has, to be compared with what it has later. */
export async function inventory(): Promise<string[]> {
  const [containers, networks, volumes] = await Promise.all([
    docker().listContainers({ all: true }),
    docker().listNetworks(),
    docker().listVolumes(),
  ]);
  return [
    ...containers.map(({ Id }) => `container ${Id}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...volumes.Volumes.map(({ Name }) => `volume ${Name}`),
  ].toSorted();
}
