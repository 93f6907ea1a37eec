import { randomUUID } from 'node:crypto';
import { beside } from '../beside.ts';
import { within } from '../drivers/promises.ts';
import type { HarnessSettings } from '../harness/types.ts';
import { patientFiles, scenarioFiles } from '../run/files.ts';
import { create } from '../run/run.ts';
import type { Found, MutantResult, Order, Orders, ScenarioTry, Told } from './orders.ts';
import { type Server, startServers } from './servers.ts';

/** Hears of a self test as it happens. */
export interface SelftestWatcher {
  total(unmutated: number, mutants: number): void;
  started(id: string): void;
  unmutated(result: ScenarioTry): void;
  mutant(result: MutantResult): void;
  found(found: Found): void;
}

export interface SelftestResult {
  readonly unmutated: readonly ScenarioTry[];
  readonly mutants: readonly MutantResult[];
  /** Faults of the self test itself, a sentence each. */
  readonly errors: readonly string[];
  readonly interrupted: boolean;
  readonly startedAt: number;
  readonly durationMs: number;
}

interface SelftestOptions {
  readonly work: Orders['work'];
  readonly stacks: number;
  readonly harness: Omit<HarnessSettings, 'target' | 'epoch'>;
  /** What the servers get of our environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly watcher: SelftestWatcher;
  readonly signal: AbortSignal;
}

/** How long a worker that was told to stop may take, ms. */
const stopMs = 3000;

/** Runs mutants or a variant. Never throws for what happens inside; it is in `errors`. */
export async function runSelftest(options: SelftestOptions): Promise<SelftestResult> {
  const { watcher, signal } = options;
  const startedAt = Date.now();
  const began = performance.now();
  const unmutated: ScenarioTry[] = [];
  const mutants: MutantResult[] = [];
  const errors: string[] = [];
  const name = `selftest-${randomUUID()}`;
  const channel = new BroadcastChannel(name);
  const stopped = Promise.withResolvers<void>();
  let servers: readonly Server[] = [];
  const restart = async (index: number): Promise<void> => {
    await servers[index]?.restart().catch((error: unknown) => void errors.push(sentence(error)));
    channel.postMessage({ kind: 'restarted', server: index } satisfies Order);
  };
  channel.onmessage = ({ data }: { readonly data: unknown }) => {
    const told = data as Told;
    switch (told.kind) {
      case 'total':
        return watcher.total(told.unmutated, told.mutants);
      case 'started':
        return watcher.started(told.id);
      case 'unmutated':
        unmutated.push(told.result);
        return watcher.unmutated(told.result);
      case 'mutant':
        mutants.push(told.result);
        return watcher.mutant(told.result);
      case 'found':
        return watcher.found(told.found);
      case 'restart':
        void restart(told.server);
        return;
      case 'broken':
        errors.push(told.text);
        return;
      case 'stopped':
        stopped.resolve();
        return;
      default:
        told satisfies never;
    }
  };
  const exitCode = process.exitCode;
  try {
    servers = await startServers(options.stacks, options.environment);
    const [first] = servers;
    if (first === undefined) throw new Error('a self test needs at least one stack');
    const { target } = first.place;
    const vitest = await create(
      [
        {
          // What a scenario still waited for when a mutant made it fail may be refused later; that is nobody's fault.
          onTestRunEnd: (modules) => {
            errors.push(...modules.flatMap((one) => one.errors()).map(({ message }) => message ?? 'a file broke'));
          },
        },
      ],
      1,
      {
        harness: { ...options.harness, target, epoch: Date.now() },
        selftest: {
          channel: name,
          servers: servers.map(({ place }) => place),
          files: scenarioFiles(false),
          patientFiles: patientFiles(),
          work: options.work,
        },
      },
      beside('../selftest/worker', import.meta.url),
    );
    const running = vitest.start().catch((error: unknown) => void errors.push(sentence(error)));
    await orStopped(running, signal, async () => {
      channel.postMessage({ kind: 'stop' } satisfies Order);
      await within(stopped.promise, stopMs);
      await within(Promise.all([vitest.cancelCurrentRun('keyboard-input'), running]), stopMs);
    });
    await within(vitest.close(), stopMs);
  } catch (error) {
    errors.push(sentence(error));
  } finally {
    await Promise.all(servers.map((one) => one.close()));
    channel.close();
    // The runner sets the exit code of our process by its own rules.
    process.exitCode = exitCode;
  }
  return {
    ...{ unmutated, mutants, startedAt },
    errors: signal.aborted ? [] : errors,
    interrupted: signal.aborted,
    durationMs: performance.now() - began,
  };
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function orStopped(running: Promise<unknown>, signal: AbortSignal, stop: () => Promise<void>): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([running, aborted.promise]);
  signal.removeEventListener('abort', onAbort);
  if (signal.aborted) await stop();
}
