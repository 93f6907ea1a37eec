/** Removes what a run made: containers with their unnamed volumes, then volumes and networks. */
import { type Docker, isGone } from './engine.ts';
import { composeProject, isOrphan, labels, projectOf } from './owner.ts';

/** One label filter after another, since the engine's filters of one kind must all hold. */
const filtersOf = (run: string): readonly string[] => [`${labels.run}=${run}`, `${composeProject}=${projectOf(run)}`];

/** Removes all that carries the run's labels. Gives how many things there were. Throws when the engine does not answer. */
export async function sweepRun(docker: Docker, run: string): Promise<number> {
  let count = 0;
  for (const label of filtersOf(run)) count += await removeContainers(docker, label);
  for (const label of filtersOf(run)) count += await removeVolumes(docker, label);
  for (const label of filtersOf(run)) count += await removeNetworks(docker, label);
  return count;
}

/** Removes what runs of this machine left whose process is no more, such as one that was killed together with its watcher. */
export async function sweepOrphans(docker: Docker): Promise<void> {
  const filters = { label: [labels.run] };
  const found = [
    ...(await docker.listContainers({ all: true, filters })),
    ...(await docker.listNetworks({ filters })),
    ...(await docker.listVolumes({ filters })).Volumes,
  ];
  const runs = found.flatMap(({ Labels }) => (Labels && isOrphan(Labels) ? [Labels[labels.run]] : []));
  for (const run of new Set(runs)) if (run !== undefined) await sweepRun(docker, run);
}

/** A container that is being started or removed just now refuses to be removed, and is asked again. */
const tries = 50;
const pauseMs = 100;

async function removeContainers(docker: Docker, label: string): Promise<number> {
  const list = () => docker.listContainers({ all: true, filters: { label: [label] } });
  const found = await list();
  for (let left = found, turn = 1; left.length > 0 && turn <= tries; left = await list(), turn++) {
    if (turn > 1) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await Promise.all(left.map(({ Id }) => orGone(docker.getContainer(Id).remove({ force: true, v: true }))));
  }
  return found.length;
}

async function removeVolumes(docker: Docker, label: string): Promise<number> {
  const { Volumes: found } = await docker.listVolumes({ filters: { label: [label] } });
  await Promise.all(found.map(({ Name }) => orGone(docker.getVolume(Name).remove({ force: true }))));
  return found.length;
}

async function removeNetworks(docker: Docker, label: string): Promise<number> {
  const found = await docker.listNetworks({ filters: { label: [label] } });
  await Promise.all(found.map(({ Id }) => orGone(docker.getNetwork(Id).remove())));
  return found.length;
}

/** Two sweeps may meet: what one has removed already is no fault of the other. */
async function orGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
