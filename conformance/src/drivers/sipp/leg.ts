import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quietly } from '../promises.ts';
import { RanOut } from '../ran-out.ts';
import { SuiteFault } from '../suite-fault.ts';
import { files } from './arguments.ts';
import { isBound } from './bound.ts';
import { followFile } from './follow.ts';
import type { Launched } from './launcher.ts';
import { MessageLog } from './message-log.ts';
import { deliver, signalMessage } from './signal.ts';
import { brokeItself, judge, parseErrors, parseStatistics } from './statistics.ts';
import { errorOf, type SippHandle, type SippMessage, type SippResult, type SippStart } from './types.ts';
import { Waits } from './waits.ts';

const killAfterMs = 1000;
const lookMs = 10;

/** What a leg needs to know of its start. */
interface FollowedStart extends SippStart {
  /** Its scenario has a step that waits for a signal. */
  readonly takesSignals: boolean;
}

/** One running SIPp as a call leg: its log is followed while it grows, its counters are read when it has ended. */
export function followLeg(start: FollowedStart, port: number, directory: string, launched: Launched): SippHandle {
  const messages: SippMessage[] = [];
  const watchers = new Set<() => void>();
  let over = false;
  let stopped: string | undefined;
  let signals = 0;
  let ranOut = false;

  const wake = (): void => {
    for (const look of watchers) look();
  };
  const log = new MessageLog(start.name);
  const follow = followFile(join(directory, files.messages), (piece) => {
    for (const message of log.push(piece)) {
      messages.push(message);
      start.onMessage?.(message);
    }
    wake();
  });
  const waits = new Waits();
  const followWaits = followFile(join(directory, files.log), (piece) => {
    waits.push(piece);
    wake();
  });

  const end = (why: string, by: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): void => {
    if (over || stopped !== undefined) return;
    stopped = why;
    launched.kill(by);
    const hard = setTimeout(() => launched.kill('SIGKILL'), killAfterMs);
    void launched.exited.then(() => clearTimeout(hard));
  };
  // SIPp's own limit only keeps it from placing more calls: it waits for those that are open.
  const limit = setTimeout(() => {
    ranOut = stopped === undefined;
    end(`it was not over after ${start.timeoutMs / 1000} s`);
  }, start.timeoutMs);

  const finish = async (): Promise<SippResult> => {
    const broken = await launched.exited;
    clearTimeout(limit);
    await Promise.all([follow.close(), followWaits.close()]);
    const counters = parseStatistics(await textOf(directory, files.statistics));
    const errors = parseErrors(await textOf(directory, files.errors));
    const counted = judge(counters, start.calls ?? 1, errors);
    const why = broken ?? (stopped === undefined ? counted : `${stopped}${waitingFor(messages)}`);
    over = true;
    wake();
    return {
      ok: why === undefined,
      problem: why === undefined ? '' : `Leg ${start.name}: ${why}`,
      ...(ranOut && { ranOutMs: start.timeoutMs }),
      suiteFault: broken !== undefined || (why !== undefined && brokeItself(counters, errors, start.role === 'uac')),
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
          () => void done.then((result) => found.reject(errorOf(result, `Leg ${start.name} ended without ${what}. `))),
        );
      }
    };
    const timer = setTimeout(() => {
      settle(() =>
        found.reject(
          new RanOut(`Leg ${start.name}: no ${what} within ${timeoutMs / 1000} s${waitingFor(messages)}`, timeoutMs),
        ),
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

  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });

  const bound = async (): Promise<void> => {
    if (start.role === 'uac') {
      if (start.logged === false) return;
      await waitFor('a first message', (m) => m.direction === 'sent', start.timeoutMs);
      return;
    }
    while (!over) {
      if (await isBound(start.local.host, port, start.transport ?? 'udp')) return;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    throw errorOf(await done);
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
      if (!start.takesSignals) throw new SuiteFault(`Leg ${start.name} has no step that waits for a signal`);
      const before = waits.went;
      const settled = (): boolean => over || waits.went > before;
      for (;;) {
        await until(() => settled() || waits.waiting);
        if (settled()) return;
        signals += 1;
        await follow.look();
        const text = signalMessage(messages, signals);
        const { visits } = waits;
        if (text !== undefined) await deliver(text, start.local.host, port, start.transport ?? 'udp');
        // Something else may have come first and taken the scenario away; should it come back, it is asked again.
        await until(() => settled() || waits.visits > visits || !waits.waiting);
      }
    },
    stop: async () => {
      end('it was stopped before its end');
      await done;
    },
    kill: async () => {
      end('it was killed', 'SIGKILL');
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
