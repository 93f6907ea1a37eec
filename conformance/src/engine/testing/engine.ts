import type { ContainerRuntimeClient } from 'testcontainers';
import { connectEngine, type Docker } from '../engine.ts';
import { composeProject, labels, ownLabels, projectOf } from '../owner.ts';

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
export const leftOf = (run: string): Promise<string[]> =>
  labelled([`${labels.run}=${run}`, `${composeProject}=${projectOf(run)}`]);

/** Names of all that this process has made and not removed. */
export const leftOfUs = (): Promise<string[]> => labelled([`${labels.process}=${ownLabels('')[labels.process]}`]);

async function labelled(any: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const label of any) {
    const filters = { label: [label] };
    for (const { Id } of await docker().listContainers({ all: true, filters })) found.add(`container ${Id}`);
    for (const { Name } of await docker().listNetworks({ filters })) found.add(`network ${Name}`);
    for (const { Name } of (await docker().listVolumes({ filters })).Volumes) found.add(`volume ${Name}`);
  }
  return [...found];
}

/** Runs of which a process, this one or another, has a network. */
export async function runsOf(pid: number): Promise<string[]> {
  const found = await docker().listNetworks({ filters: { label: [labels.run] } });
  const own = found.filter(({ Labels }) => Labels?.[labels.process]?.startsWith(`${pid}/`));
  return own.flatMap(({ Labels }) => Labels?.[labels.run] ?? []);
}
