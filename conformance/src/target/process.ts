import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type RunningTarget, type Target, TargetError } from './types.ts';

const keptLines = 2000;
const pollMs = 50;
/** So many lines tell why a target does not get ready. */
const shownLines = 12;

/**
 * Starts the target's process, if it is one, and waits until it answers.
 * @throws {TargetError} when it cannot be started, ends before it is ready, or is not ready in time; or, for a target
 *   that runs already, when nothing answers at its REST address. Nothing is left running then.
 */
export async function startTarget(
  target: Target,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningTarget> {
  const { command } = target;
  if (!command) {
    await reachable(target);
    return { target, logs: () => [], died: new Promise(() => {}), stop: async () => {} };
  }
  const [program = '', ...args] = command.argv;
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...command.env },
    ...(command.cwd !== undefined && { cwd: command.cwd }),
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    });
  }
  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${program} cannot be started: ${error.message}`));
    child.once('close', (code, signal) => {
      const last = lines.findLast((line) => line.trim() !== '');
      resolve(
        `${target.name} ended ${signal ? `by ${signal}` : `with code ${code}`}${last === undefined ? '' : `; its last words: ${last}`}`,
      );
    });
  });
  const guard = killWithUs(child);
  const stop = async (): Promise<void> => {
    stopping = true;
    await stopGroup(child, command.stopMs);
    guard.release();
  };
  try {
    await untilReady(target.name, command.ready, ended);
    guard.ready();
  } catch (error) {
    await stop();
    const log = lines.filter((line) => line.trim() !== '').slice(-shownLines);
    throw error instanceof TargetError ? new TargetError(error.message, log) : error;
  }
  return {
    target,
    logs: () => lines,
    ...(child.pid !== undefined && { pid: child.pid }),
    died: ended.then((why) => (stopping ? new Promise<string>(() => {}) : why)),
    stop,
  };
}

/**
 * Waits until a URL answers with 2xx, or at all where `any` says so.
 * @throws {TargetError} it does not in time, or `ended` resolves before.
 */
export async function untilReady(
  name: string,
  ready: { readonly url: string; readonly timeoutMs: number; readonly any?: boolean },
  ended: Promise<string>,
): Promise<void> {
  const limit = AbortSignal.timeout(ready.timeoutMs);
  let last = 'nothing answered';
  const dead = ended.then((why) => ({ why }));
  for (;;) {
    const answer = await Promise.race([dead, ask(ready.url, limit)]);
    if ('why' in answer) throw new TargetError(`${answer.why}`);
    if (answer.status >= 200 && answer.status < 300) return;
    if (ready.any === true && answer.status > 0) return;
    if (answer.status > 0) last = `it answered ${answer.status}`;
    if (limit.aborted)
      throw new TargetError(`${name} was not ready after ${ready.timeoutMs / 1000} s: ${last} at ${ready.url}`);
    const pause = Promise.withResolvers<undefined>();
    const timer = setTimeout(pause.resolve, pollMs, undefined);
    await Promise.race([dead, pause.promise]);
    clearTimeout(timer);
  }
}

/** Status of a GET; 0 when nobody answers. */
async function ask(url: string, signal: AbortSignal): Promise<{ status: number }> {
  try {
    const response = await fetch(url, { signal, redirect: 'manual' });
    await response.body?.cancel();
    return { status: response.status };
  } catch {
    return { status: 0 };
  }
}

async function reachable(target: Target): Promise<void> {
  const { status } = await ask(target.rest.baseUrl, AbortSignal.timeout(5000));
  if (status === 0)
    throw new TargetError(
      `${target.name} does not answer at ${target.rest.baseUrl}: start it, or correct rest.baseUrl in the target file.`,
    );
}

/** SIGTERM to the group, SIGKILL after the grace; waits until the process is gone. */
async function stopGroup(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined) return;
  const gone = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'exit');
  signalGroup(child.pid, 'SIGTERM');
  const timer = setTimeout(signalGroup, graceMs, child.pid, 'SIGKILL');
  await gone;
  clearTimeout(timer);
  // Whatever the process itself has started and left.
  signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Our own listeners, of all targets: they do not count as somebody who handles a signal. */
const ours = new Set<NodeJS.SignalsListener>();

interface Guard {
  /** From now on the target outlives a signal that somebody else handles. */
  ready(): void;
  release(): void;
}

/**
 * The group dies with us, however we end: normally, by a crash, or by a signal. A signal that somebody else handles does not
 * end us, and they may have calls to hang up first: the target lives until it is stopped, or we end. Nothing is lost with one
 * that is not ready yet, and it should not be waited for.
 */
function killWithUs(child: ChildProcess): Guard {
  let isReady = false;
  const kill = (): void => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const handled = process.listeners(signal).some((one) => !ours.has(one));
    if (handled && isReady) return;
    kill();
    release();
    // The signal now does to us what it would have done.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const release = (): void => {
    process.off('exit', kill);
    for (const signal of signals) process.off(signal, onSignal);
    ours.delete(onSignal);
  };
  ours.add(onSignal);
  process.once('exit', kill);
  for (const signal of signals) process.on(signal, onSignal);
  return {
    ready: () => {
      isReady = true;
    },
    release,
  };
}
