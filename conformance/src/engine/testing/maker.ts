/**
 * A program that makes a container with a volume, and a network, for a run under a watcher, says `made` and then waits to be
 * ended: `maker RUN IMAGE`.
 */
import { connectEngine } from '../engine.ts';
import { createRunNetwork } from '../network.ts';
import { ownLabels } from '../owner.ts';
import { watchOver } from '../watcher.ts';

const [run = '', image = '', watched = ''] = process.argv.slice(2);
if (watched === 'watched') watchOver(run);
const { container } = await connectEngine();
const labels = ownLabels(run);
const network = await createRunNetwork(container.dockerode, run, labels);
await container.dockerode.createVolume({ Name: `mediaservice-${run}`, Labels: labels });
const made = await container.dockerode.createContainer({
  Image: image,
  Cmd: ['sleep', '600'],
  Labels: labels,
  HostConfig: { NetworkMode: network.name, Binds: [`mediaservice-${run}:/data`] },
});
await made.start();
console.log('made');
setInterval(() => undefined, 1000);
