import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { firstLine } from '../../engine/engine.ts';
import { projectOf } from '../../engine/owner.ts';
import { TargetError } from '../types.ts';
import type { Placement } from './image.ts';
import type { ContainerSpec } from './types.ts';

const run = promisify(execFile);

/**
 * Starts what a compose file describes, and puts the service that is the target into the run's network as well. Gives the id
 * of its container; it need not be ready yet.
 * @throws {TargetError} a sentence.
 */
export async function startCompose(
  spec: ContainerSpec,
  compose: NonNullable<ContainerSpec['compose']>,
  placement: Placement,
): Promise<string> {
  const { engine, run: name, signal } = placement;
  const alone = await standsAlone();
  const folder = await mkdtemp(join(tmpdir(), 'mediaservice-compose-'));
  try {
    const more = join(folder, 'network.yaml');
    await writeFile(more, addition(await readFile(compose.file, 'utf8'), compose.service, placement));
    signal.throwIfAborted();
    const { DockerComposeEnvironment, Wait } = await import('testcontainers');
    const environment = new DockerComposeEnvironment(dirname(compose.file), [compose.file, more])
      .withAutoCleanup(false)
      .withProjectName(projectOf(name))
      .withProfiles(...(compose.profiles ?? []))
      .withEnvironment({ ...spec.env })
      .withDefaultWaitStrategy(Wait.forAll([]));
    if (alone) environment.withClientOptions({ executable: { standalone: true } });
    await environment.up();
  } catch (cause) {
    if (cause instanceof TargetError) throw cause;
    const lines = (cause instanceof Error ? cause.message : String(cause))
      .split('\n')
      .filter((line) => line.trim() !== '');
    throw new TargetError(
      `${compose.file} could not be started: ${lines.at(-1) ?? firstLine(cause)}`,
      lines.slice(-12),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const label = [`com.docker.compose.project=${projectOf(name)}`, `com.docker.compose.service=${compose.service}`];
  const [found] = await engine.container.dockerode.listContainers({ all: true, filters: { label } });
  if (found === undefined) throw new TargetError(`${compose.file} has started no service ${compose.service}`);
  return found.Id;
}

/**
 * Whether Compose is the program docker-compose here, and no plugin of docker.
 * @throws {TargetError} there is neither.
 */
export async function standsAlone(): Promise<boolean> {
  const works = (program: string, args: readonly string[]): Promise<boolean> =>
    run(program, args, { timeout: 10_000 }).then(
      () => true,
      () => false,
    );
  if (await works('docker', ['compose', 'version'])) return false;
  if (await works('docker-compose', ['version'])) return true;
  throw new TargetError('A compose file needs Docker Compose: install the plugin of docker, or docker-compose');
}

/** A second compose file: the run's network with the target's address in it, beside whatever networks the service has. */
export function addition(
  text: string,
  service: string,
  { network, labels }: Pick<Placement, 'network' | 'labels'>,
): string {
  const file: unknown = parse(text);
  const whole = isMapping(file) ? file : {};
  const services = isMapping(whole.services) ? whole.services : {};
  const own = services[service];
  if (!isMapping(own)) {
    throw new TargetError(
      `The compose file has no service ${service}; it has ${Object.keys(services).join(', ') || 'none'}`,
    );
  }
  const named = isMapping(own.networks) ? Object.keys(own.networks) : Array.isArray(own.networks) ? own.networks : [];
  // A service that names no network is in the default one, and leaves it when it names another.
  const others = named.length > 0 ? {} : { default: null };
  const calls = network && { 'mediaservice-calls': { ipv4_address: network.target } };
  const hosts = network && { extra_hosts: [`suite:${network.gateway}`] };
  return stringify({
    // Old Compose wants the same version in all files.
    ...(whole.version === undefined ? {} : { version: whole.version }),
    services: { [service]: { labels, networks: { ...others, ...calls }, ...hosts } },
    ...(network && { networks: { 'mediaservice-calls': { external: true, name: network.name } } }),
  });
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
