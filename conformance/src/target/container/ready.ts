import { BoundPorts, Wait } from 'testcontainers';
import type { Docker } from '../../engine/engine.ts';
import { firstLine } from '../../engine/engine.ts';
import { untilReady } from '../process.ts';
import { type Target, TargetError } from '../types.ts';
import type { ContainerSpec } from './types.ts';

/** Waits until all holds that the target file names; `ended` resolves with a sentence should the container end before. */
export async function containerReady(
  docker: Docker,
  id: string,
  target: Target,
  ready: ContainerSpec['ready'],
  ended: Promise<string>,
): Promise<void> {
  const container = docker.getContainer(id);
  const { timeoutMs } = ready;
  const asked = ready.url !== undefined || ready.log !== undefined || ready.healthy === true;
  const healthy = asked ? ready.healthy === true : (await container.inspect()).State.Health !== undefined;
  const url = asked || healthy ? ready.url : target.rest.baseUrl;
  const waits = [
    ...(ready.log === undefined ? [] : [Wait.forLogMessage(new RegExp(ready.log))]),
    ...(healthy ? [Wait.forHealthCheck()] : []),
  ].map((wait) => wait.withStartupTimeout(timeoutMs).waitUntilReady(container, new BoundPorts()));
  const dead = ended.then((why) => {
    throw new TargetError(why);
  });
  const all = Promise.all([
    ...waits.map((wait) =>
      wait.catch(async (cause: unknown) => {
        // The end of a container ends its log and its health too; that it ended says more.
        const { State } = await container.inspect();
        throw new TargetError(
          State.Running ? `${target.name} was not ready after ${timeoutMs / 1000} s: ${firstLine(cause)}` : await ended,
        );
      }),
    ),
    ...(url === undefined ? [] : [untilReady(target.name, { url, timeoutMs, any: !asked }, ended)]),
  ]);
  await Promise.race([all, dead]);
}
