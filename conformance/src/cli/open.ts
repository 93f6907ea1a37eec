import { loadCapabilities } from '@mediaservice/spec';
import { prepareSite } from '../target/container/start.ts';
import { embeddedTarget } from '../target/embedded.ts';
import { startEngines } from '../target/engine-containers.ts';
import { enginesOf } from '../target/engines.ts';
import { loadTarget } from '../target/load.ts';
import { startTarget } from '../target/process.ts';
import { sipProblem } from '../target/reach.ts';
import { type RunningTarget, type Target, TargetError } from '../target/types.ts';
import type { Io } from './io.ts';
import type { OpenTarget } from './judge.ts';
import { tcpPortProblem } from './ports.ts';
import { SettingsError } from './settings-error.ts';
import { refuseUnknownClaims } from './unknown-claims.ts';

/**
 * Reads and starts the target of a file, or the embedded reference server when there is no file, set up as the suite or,
 * with an `embedded` of its own, somebody else wants it. `elsewhere`: its callbacks are answered already, by another program.
 * @throws {TargetError} the file is wrong, or nothing answers.
 * @throws {SettingsError} the port of the callbacks is taken.
 */
export async function openTarget(
  file: string | undefined,
  env: Io['env'],
  embedded: Embedded = () => referenceServer(env),
  elsewhere = false,
): Promise<OpenTarget & Pick<RunningTarget, 'pid'>> {
  const { target, start, dispose } = await theTarget(file, env, embedded);
  try {
    refuseUnknownClaims(target.capabilities, new Set(loadCapabilities().keys()));
    if (!elsewhere) await callbackPortFree(target);
    const running = await start();
    const problem = await sipProblem(target);
    if (problem !== undefined) {
      await running.stop();
      const { transport, host, port } = target.sip;
      throw new TargetError(
        `${target.name} does not speak SIP at ${transport}:${host}:${port}: ${problem}. Start it, or correct sip in the target file.`,
      );
    }
    return {
      target: running.target,
      died: running.died,
      ...(running.pid !== undefined && { pid: running.pid }),
      ...(running.keepLogs && { keepLogs: running.keepLogs }),
      close: async () => {
        await running.stop();
        await dispose();
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A target that is not started yet, and how to put away what it needs. */
interface Closed {
  readonly target: Target;
  start(): Promise<RunningTarget>;
  dispose(): Promise<void>;
}

/** Writes the settings of a reference server; `dispose` takes them away. */
type Embedded = () => Promise<{ readonly target: Target; dispose(): Promise<void> }>;

/** On engines of its own, on those that the environment names, or on containers. */
async function referenceServer(env: Io['env']): ReturnType<Embedded> {
  const named = enginesOf(env);
  if (named !== 'containers') return embeddedTarget(undefined, named);
  const containers = await startEngines();
  try {
    const { target, dispose } = await embeddedTarget(undefined, containers.engines);
    return { target, dispose: () => dispose().finally(() => containers.dispose()) };
  } catch (error) {
    await containers.dispose();
    throw error;
  }
}

async function theTarget(file: string | undefined, env: Io['env'], embedded: Embedded): Promise<Closed> {
  if (file === undefined) {
    const { target, dispose } = await embedded();
    return { target, start: () => startTarget(target, withoutItsSettings(env)), dispose };
  }
  const target = await loadTarget(file, env);
  if (target.container === undefined)
    return { target, start: () => startTarget(target, env), dispose: async () => undefined };
  const site = await prepareSite(target.container);
  try {
    // Its addresses are known only now.
    const placed = await loadTarget(file, env, site.places);
    return { target: placed, start: () => site.start(placed), dispose: site.dispose };
  } catch (error) {
    await site.dispose();
    throw error;
  }
}

/** Settings meant for a server of the user's own would change the embedded one. */
function withoutItsSettings(env: Io['env']): Io['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('MEDIASERVICE_')));
}

/** The suite listens where the target sends its callbacks; if somebody else does, no callback ever comes. */
async function callbackPortFree(target: Target): Promise<void> {
  const { port, protocol } = new URL(target.callbacks.baseUrl);
  const number = Number(port) || (protocol === 'https:' ? 443 : 80);
  const problem = await tcpPortProblem(number);
  if (problem === undefined) return;
  const why = problem === 'EADDRINUSE' ? 'another program listens there' : problem;
  throw new SettingsError(
    'port-in-use',
    `Port ${number} for callbacks (${target.callbacks.baseUrl}) cannot be listened on: ${why}. End it, or change callbacks.baseUrl in the target file and on the target.`,
  );
}
