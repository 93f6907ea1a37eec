import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ProvidedContext } from 'vitest';
import { createVitest, type Reporter, type Vitest } from 'vitest/node';
import type { HarnessSettings, ScenarioMeta } from '../harness/types.ts';
import { Collector, type Watcher } from './collector.ts';
import { metaOf } from './meta.ts';
import type { RunResult } from './result.ts';
import type { Selection } from './selection.ts';

/** How to run the scenarios. */
export interface RunOptions {
  /** Absolute paths of the scenario files. */
  readonly files: readonly string[];
  readonly selection: Selection;
  /** How many scenarios run side by side. */
  readonly concurrency: number;
  readonly harness: HarnessSettings;
  readonly watcher: Watcher;
  /** Aborted: the run stops and gives what it has. */
  readonly signal: AbortSignal;
  /** The target ended by itself: a sentence. Never rejects. */
  readonly died?: Promise<string>;
}

/** How long a stopped run may take to tidy up before its worker is abandoned, ms. */
const STOP_GRACE_MS = 2500;

/** No scenario takes longer, whatever it asks for: the harness has a limit of its own, this one only ends a hang. */
const LONGEST_SCENARIO_MS = 180_000;

/**
 * Runs the scenarios in one worker and gives what they found out. Never throws for what happens inside a scenario;
 * whatever breaks the suite is in `errors`.
 */
export async function runScenarios(options: RunOptions): Promise<RunResult> {
  const startedAt = Date.now();
  const clock = performance.now();
  const collector = new Collector(options.selection, options.watcher);
  const exitCode = process.exitCode;
  let targetDied: string | undefined;
  const stopped = new AbortController();
  const stop = AbortSignal.any([options.signal, stopped.signal]);
  options.died?.then((sentence) => {
    targetDied = sentence;
    stopped.abort();
  });
  try {
    const vitest = await start(options, collector);
    const running = vitest.start().catch((error: unknown) => collector.fail(sentenceOf(error)));
    await orStopped(running, stop, collector, vitest);
    await within(vitest.close(), STOP_GRACE_MS);
  } catch (error) {
    collector.fail(sentenceOf(error));
  }
  // The runner sets the exit code of our process by its own rules; ours are in verdict/exit-code.ts.
  process.exitCode = exitCode;
  return {
    ...collector.result(),
    interrupted: options.signal.aborted,
    ...(targetDied === undefined ? {} : { targetDied }),
    startedAt,
    durationMs: performance.now() - clock,
  };
}

/** What the scenarios say of themselves, without running any. Throws when a file cannot be loaded. */
export async function collectScenarios(files: readonly string[]): Promise<ScenarioMeta[]> {
  const exitCode = process.exitCode;
  const vitest = await create([], 1, { run: { files, selection: {} } });
  try {
    const { testModules } = await vitest.collect(undefined, { staticParse: false });
    const [error] = testModules.flatMap((module) => module.errors());
    if (error !== undefined) throw new Error(`a scenario file cannot be loaded: ${error.message}`);
    return testModules.flatMap((module) =>
      [...module.children.allTests()].map((test) => metaOf(test.name, test.meta())),
    );
  } finally {
    await vitest.close();
    process.exitCode = exitCode;
  }
}

function start(options: RunOptions, collector: Collector): Promise<Vitest> {
  const { files, selection, harness, concurrency } = options;
  return create([collector], concurrency, { harness, run: { files, selection } });
}

async function create(reporters: Reporter[], concurrency: number, provide: Partial<ProvidedContext>): Promise<Vitest> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  return keepingSignals(() =>
    createVitest(
      {
        config: false,
        root,
        include: ['src/run/entry.ts'],
        exclude: [],
        watch: false,
        passWithNoTests: true,
        reporters,
        // A thread, not a process: Ctrl-C on the terminal reaches every process of the group, and would end the worker
        // before it has told what it knows.
        pool: 'threads',
        maxWorkers: 1,
        sequence: { concurrent: true },
        maxConcurrency: concurrency,
        testTimeout: LONGEST_SCENARIO_MS,
        hookTimeout: LONGEST_SCENARIO_MS,
        teardownTimeout: STOP_GRACE_MS,
        provide: provide as ProvidedContext,
      },
      { clearScreen: false, logLevel: 'silent', server: { watch: null, ws: false } },
      { stdout: silent(), stderr: silent() },
    ),
  );
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Takes away the listeners for signals that `work` adds. The runner ends our process on Ctrl-C by its own rules, before a
 * report is written; what a signal means is decided by whoever calls us.
 */
async function keepingSignals<T>(work: () => Promise<T>): Promise<T> {
  const before = SIGNALS.map((signal) => new Set(process.listeners(signal)));
  const result = await work();
  SIGNALS.forEach((signal, i) => {
    for (const listener of process.listeners(signal)) if (!before[i]?.has(listener)) process.off(signal, listener);
  });
  return result;
}

async function orStopped(
  running: Promise<unknown>,
  stop: AbortSignal,
  collector: Collector,
  vitest: Vitest,
): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  if (stop.aborted) onAbort();
  else stop.addEventListener('abort', onAbort, { once: true });
  await Promise.race([running, aborted.promise]);
  stop.removeEventListener('abort', onAbort);
  if (!stop.aborted) return;
  collector.freeze();
  await within(Promise.all([vitest.cancelCurrentRun('keyboard-input'), running]), STOP_GRACE_MS);
}

/** Waits for a promise, but no longer than so many ms; its failure is of no interest any more. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise.catch(() => undefined), late]);
  clearTimeout(timer);
}

function sentenceOf(error: unknown): string {
  return `the suite could not run: ${error instanceof Error ? error.message : String(error)}`;
}
