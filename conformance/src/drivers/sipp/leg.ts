import { watch } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quietly } from '../promises.ts';
import { files } from './arguments.ts';
import { isBound } from './bound.ts';
import type { Launched } from './launcher.ts';
import { MessageLog } from './message-log.ts';
import { deliver, signalMessage } from './signal.ts';
import { judge, parseErrors, parseStatistics } from './statistics.ts';
import type { SippHandle, SippMessage, SippResult, SippStart } from './types.ts';

const killAfterMs = 1000;
const lookMs = 10;
/** Should an event of the file system get lost, the log is looked at anyway. */
const lookAnywayMs = 200;

/** One running SIPp as a call leg: its log is followed while it grows, its counters are read when it has ended. */
export function followLeg(start: SippStart, port: number, directory: string, launched: Launched): SippHandle {
  const messages: SippMessage[] = [];
  const watchers = new Set<() => void>();
  let over = false;
  let stopped: string | undefined;
  let signals = 0;

  const follow = followMessages(join(directory, files.messages), start.name, (message) => {
    messages.push(message);
    start.onMessage?.(message);
    for (const look of watchers) look();
  });

  const end = (why: string): void => {
    if (over || stopped !== undefined) return;
    stopped = why;
    launched.kill('SIGTERM');
    const hard = setTimeout(() => launched.kill('SIGKILL'), killAfterMs);
    void launched.exited.then(() => clearTimeout(hard));
  };
  // SIPp's own limit only keeps it from placing more calls: it waits for those that are open.
  const limit = setTimeout(() => end(`it was not over after ${start.timeoutMs / 1000} s`), start.timeoutMs);

  const finish = async (): Promise<SippResult> => {
    const broken = await launched.exited;
    clearTimeout(limit);
    await follow.close();
    const counters = parseStatistics(await textOf(directory, files.statistics));
    const errors = parseErrors(await textOf(directory, files.errors));
    const counted = judge(counters, start.calls ?? 1, errors);
    const why = broken ?? (stopped === undefined ? counted : `${stopped}${waitingFor(messages)}`);
    over = true;
    for (const look of watchers) look();
    return {
      ok: why === undefined,
      problem: why === undefined ? '' : `Leg ${start.name}: ${why}`,
      counters,
      messages,
      errors,
      directory,
    };
  };
  const done = finish();

  const waitFor: SippHandle['waitFor'] = (what, fits, timeoutMs) => {
    const found = Promise.withResolvers<SippMessage>();
    const look = (): void => {
      const message = messages.find(fits);
      if (message) settle(() => found.resolve(message));
      else if (over) {
        settle(
          () =>
            void done.then((result) =>
              found.reject(new Error(`Leg ${start.name} ended without ${what}. ${result.problem}`)),
            ),
        );
      }
    };
    const timer = setTimeout(() => {
      settle(() =>
        found.reject(new Error(`Leg ${start.name}: no ${what} within ${timeoutMs / 1000} s${waitingFor(messages)}`)),
      );
    }, timeoutMs);
    const settle = (act: () => void): void => {
      watchers.delete(look);
      clearTimeout(timer);
      act();
    };
    watchers.add(look);
    look();
    return quietly(found.promise);
  };

  const bound = async (): Promise<void> => {
    if (start.role === 'uac') {
      await waitFor('a first message', (m) => m.direction === 'sent', start.timeoutMs);
      return;
    }
    while (!over) {
      if (await isBound(start.local.host, port, start.transport ?? 'udp')) return;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    throw new Error((await done).problem);
  };
  // Who does not wait for it learns from `done`.
  const ready = quietly(bound());

  return {
    name: start.name,
    port,
    ready,
    done,
    messages: () => messages,
    waitFor,
    signal: async () => {
      signals += 1;
      await follow.look();
      const text = signalMessage(messages, signals);
      if (text === undefined) throw new Error(`Leg ${start.name} cannot be signalled before its first message`);
      await deliver(text, start.local.host, port, start.transport ?? 'udp');
    },
    stop: async () => {
      end('it was stopped before its end');
      await done;
    },
  };
}

function waitingFor(messages: readonly SippMessage[]): string {
  const last = messages.at(-1);
  if (!last) return '; no message was sent or received';
  return `; the last message was ${last.status === undefined ? last.method : `${last.status} to ${last.method}`}, ${last.direction}`;
}

const textOf = (directory: string, name: string): Promise<string> =>
  readFile(join(directory, name), 'utf8').catch(() => '');

/** Follows a file that may not be there yet. */
function followMessages(
  path: string,
  leg: string,
  take: (message: SippMessage) => void,
): { look(): Promise<void>; close(): Promise<void> } {
  const log = new MessageLog(leg);
  let offset = 0;
  let reading: Promise<void> = Promise.resolve();
  const read = async (): Promise<void> => {
    const file = await open(path, 'r').catch(() => undefined);
    if (!file) return;
    try {
      const { size } = await file.stat();
      if (size <= offset) return;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      offset += bytesRead;
      for (const message of log.push(buffer.subarray(0, bytesRead))) take(message);
    } finally {
      await file.close();
    }
  };
  const look = (): Promise<void> => {
    reading = reading.then(read);
    return reading;
  };
  const watcher = watch(join(path, '..'), (_, name) => {
    if (name === null || path.endsWith(name)) void look();
  });
  const timer = setInterval(() => void look(), lookAnywayMs);
  return {
    look,
    close: async () => {
      watcher.close();
      clearInterval(timer);
      await look();
    },
  };
}
