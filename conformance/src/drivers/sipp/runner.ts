import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, freePortBlock } from '../ports.ts';
import { files, pointAtProbe, sippArguments } from './arguments.ts';
import { containerLauncher } from './container.ts';
import { log } from './elements.ts';
import { type Environment, type Launcher, localLauncher } from './launcher.ts';
import { followLeg } from './leg.ts';
import type { SippHandle, SippRunner } from './types.ts';
import { marks } from './waits.ts';

interface RunnerOptions {
  readonly runner: 'local' | 'docker';
  /** What a local SIPp gets of our environment. */
  readonly environment: Environment;
  /** Where the legs leave their files. Absent: a temporary directory that goes with the runner. */
  readonly directory?: string;
}

/**
 * SIPp legs, whichever way SIPp runs.
 * @throws {SippUnavailable} when SIPp or the container engine is missing; the message says what to do.
 */
export async function createSippRunner(options: RunnerOptions): Promise<SippRunner> {
  const own = options.directory === undefined;
  const root = options.directory ?? (await mkdtemp(join(tmpdir(), 'mediaservice-sipp-')));
  await mkdir(root, { recursive: true });
  try {
    const launcher =
      options.runner === 'local' ? await localLauncher(options.environment) : await containerLauncher(root);
    return runnerOn(launcher, root, own);
  } catch (error) {
    if (own) await rm(root, { recursive: true, force: true });
    throw error;
  }
}

function runnerOn(launcher: Launcher, root: string, own: boolean): SippRunner {
  const open = new Set<SippHandle>();
  let count = 0;
  return {
    kind: launcher.kind,
    start: async (start) => {
      count += 1;
      const place = start.directory ?? `${String(count).padStart(4, '0')}-${start.name.replace(/[^\w.-]/g, '_')}`;
      const directory = join(root, place);
      await mkdir(directory, { recursive: true });
      const { scenario } = start;
      const xml = 'xml' in scenario ? scenario.xml : await readFile(scenario.file, 'utf8');
      await writeFile(join(directory, files.scenario), pointAtProbe(xml));
      const { host } = start.local;
      const sip = start.local.port ?? (await freePort(host));
      const [control, media] = [await freePort(host), await freePortBlock(host, 3)];
      const id = randomUUID().slice(0, 13).replace('-', '');
      const launched = await launcher.launch(sippArguments(start, { sip, control, media }, id, directory), directory);
      const leg = followLeg({ ...start, takesSignals: xml.includes(log(marks.wait)) }, sip, directory, launched);
      open.add(leg);
      void leg.done.then(() => open.delete(leg));
      return leg;
    },
    close: async () => {
      await Promise.all([...open].map((leg) => leg.stop()));
      await launcher.close();
      if (own) await rm(root, { recursive: true, force: true });
    },
  };
}
